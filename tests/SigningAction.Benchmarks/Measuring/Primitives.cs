using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Benchmarks.Measuring;

/// <summary>The platform's own signatures with nothing around them: the limit of everything here that computes.</summary>
internal sealed class Primitives : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly RSA _rsa = RSA.Create(2048);
    private readonly byte[] _digest = SHA256.HashData("SigningAction"u8);
    private readonly byte[] _spki;
    private readonly VerificationKey _direct;
    private readonly byte[] _signature;
    private readonly byte[] _rsaSignature;

    public Primitives()
    {
        _spki = _key.ExportSubjectPublicKeyInfo();
        _direct = VerificationKey.Parse(_spki);
        _signature = _key.SignHash(_digest, DSASignatureFormat.Rfc3279DerSequence);
        _rsaSignature = _rsa.SignHash(_digest, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>One ECDSA P-256 signature.</summary>
    public void Sign() => _key.SignHash(_digest, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>One ECDSA P-256 verification with a key that was kept.</summary>
    public void Verify() => Require(_key.VerifyHash(_digest, _signature, DSASignatureFormat.Rfc3279DerSequence));

    /// <summary>One import of a P-256 key by the platform and a verification with it.</summary>
    public void ImportAndVerify()
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_spki, out _);
        Require(key.VerifyHash(_digest, _signature, DSASignatureFormat.Rfc3279DerSequence));
    }

    /// <summary>The same as everything here does it.</summary>
    public void ImportDirectlyAndVerify() => Require(VerificationKey.Parse(_spki).VerifyDigest(_digest, _signature));

    /// <summary>One ECDSA P-256 verification with a key that was kept, as everything here does it.</summary>
    public void VerifyDirectly() => Require(_direct.VerifyDigest(_digest, _signature));

    /// <summary>One RSA-2048 verification with a key that was kept.</summary>
    public void VerifyRsa() => Require(_rsa.VerifyHash(_digest, _rsaSignature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    public void Dispose()
    {
        _key.Dispose();
        _rsa.Dispose();
    }

    private static void Require(bool verified)
    {
        if (!verified)
        {
            throw new InvalidOperationException("A signature of our own does not verify.");
        }
    }
}

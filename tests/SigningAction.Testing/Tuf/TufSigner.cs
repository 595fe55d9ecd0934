using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace SigningAction.Testing.Tuf;

/// <summary>A key that signs TUF metadata, of any kind that clients know.</summary>
public sealed class TufSigner : IDisposable
{
    private readonly Func<byte[], byte[]> _sign;
    private readonly IDisposable? _key;

    private TufSigner(string keyType, string scheme, string publicKey, Func<byte[], byte[]> sign, IDisposable? key)
    {
        Json = new JsonObject { ["keytype"] = keyType, ["scheme"] = scheme, ["keyval"] = new JsonObject { ["public"] = publicKey } };
        Id = Convert.ToHexStringLower(SHA256.HashData(TufDocument.Canonical(Json)));
        _sign = sign;
        _key = key;
    }

    /// <summary>The key id that TUF recommends: the hash of the canonical key.</summary>
    public string Id { get; }

    /// <summary>The key as a root lists it.</summary>
    public JsonObject Json { get; }

    public static TufSigner Ecdsa(string keyType = "ecdsa")
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new TufSigner(
            keyType, "ecdsa-sha2-nistp256", key.ExportSubjectPublicKeyInfoPem() + "\n",
            data => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence), key);
    }

    public static TufSigner Ed25519Key()
    {
        var secret = RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize);
        var publicKey = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(secret, 0, publicKey, 0);
        return new TufSigner("ed25519", "ed25519", Convert.ToHexStringLower(publicKey), Sign, null);

        byte[] Sign(byte[] data)
        {
            var signature = new byte[Ed25519.SignatureSize];
            Ed25519.Sign(secret, 0, data, 0, data.Length, signature, 0);
            return signature;
        }
    }

    public static TufSigner RsaPss()
    {
        var key = RSA.Create(2048);
        return new TufSigner(
            "rsa", "rsassa-pss-sha256", key.ExportSubjectPublicKeyInfoPem(),
            data => key.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss), key);
    }

    public JsonObject Sign(JsonObject body) => new()
    {
        ["keyid"] = Id,
        ["sig"] = Convert.ToHexStringLower(_sign(TufDocument.Canonical(body))),
    };

    public void Dispose() => _key?.Dispose();
}

using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Agent.Signing;

/// <summary>
/// The key of one run: ECDSA P-256 (Fulcio and Rekor v2 share it), made in memory and never exported, written or handed to a child process.
/// Disposal frees it in the platform's library, which clears private numbers as it frees them (OpenSSL: <c>EC_KEY_free</c>, <c>BN_clear_free</c>).
/// </summary>
public sealed class EphemeralKey : IDisposable
{
    private readonly ECDsa _key;

    /// <summary>Makes a key.</summary>
    public EphemeralKey()
        : this(ECDsa.Create(ECCurve.NamedCurves.nistP256))
    {
    }

    /// <summary>Takes a P-256 key, which is disposed with this.</summary>
    public EphemeralKey(ECDsa key)
    {
        _key = key;
        Public = VerificationKey.Of(key);
    }

    /// <summary>The public half.</summary>
    public VerificationKey Public { get; }

    /// <summary>PEM of the public half, as a Fulcio takes it.</summary>
    public string PublicPem => _key.ExportSubjectPublicKeyInfoPem() + "\n";

    /// <summary>Signs SHA-256 of <paramref name="data"/>; the signature is DER (RFC 3279, section 2.2.3).</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>Signs a file by its SHA-256; the same signature as over its bytes.</summary>
    public byte[] SignDigest(ReadOnlySpan<byte> digest) => _key.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}

using System.Net;
using System.Security.Cryptography;

namespace SigningAction.Testing;

/// <summary>A key as a store or module gives it, which can be told to misbehave. It owns the key that it is made from.</summary>
public sealed class BrittleKey(ECDsa inner) : ECDsa
{
    private volatile KeyFault _fault;

    /// <summary>What it does from now on.</summary>
    public KeyFault Fault
    {
        get => _fault;
        set => _fault = value;
    }

    /// <inheritdoc/>
    public override int KeySize => inner.KeySize;

    /// <inheritdoc/>
    public override ECParameters ExportParameters(bool includePrivateParameters) => inner.ExportParameters(false);

    /// <inheritdoc/>
    public override byte[] SignHash(byte[] hash) => Sign(hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc/>
    public override bool VerifyHash(byte[] hash, byte[] signature) => inner.VerifyHash(hash, signature);

    /// <inheritdoc/>
    protected override byte[] SignHashCore(ReadOnlySpan<byte> hash, DSASignatureFormat signatureFormat) => Sign(hash.ToArray(), signatureFormat);

    /// <inheritdoc/>
    protected override bool TrySignHashCore(ReadOnlySpan<byte> hash, Span<byte> destination, DSASignatureFormat signatureFormat, out int bytesWritten)
    {
        var signature = Sign(hash.ToArray(), signatureFormat);
        bytesWritten = signature.Length;
        return signature.AsSpan().TryCopyTo(destination);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private byte[] Sign(byte[] hash, DSASignatureFormat format)
    {
        switch (_fault)
        {
            case KeyFault.None:
                return inner.SignHash(hash, format);
            case KeyFault.TimedOut:
                throw new TimeoutException("The key store did not answer.");
            case KeyFault.Throttled:
                throw new HttpRequestException("Too many requests.", null, HttpStatusCode.TooManyRequests);
            case KeyFault.SessionLost:
                throw new CryptographicException("CKR_SESSION_HANDLE_INVALID");
            case KeyFault.OtherKey:
                using (var other = Create(ECCurve.NamedCurves.nistP256))
                {
                    return other.SignHash(hash, format);
                }

            case KeyFault.OtherHash:
                hash[0] ^= 1;
                return inner.SignHash(hash, format);
            case KeyFault.BitFlipped:
                var signature = inner.SignHash(hash, format);
                signature[^1] ^= 1;
                return signature;
            case KeyFault.OtherAlgorithm:
                using (var rsa = RSA.Create(2048))
                {
                    return rsa.SignHash(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                }

            default:
                return [];
        }
    }
}

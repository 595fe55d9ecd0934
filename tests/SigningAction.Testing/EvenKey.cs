using System.Security.Cryptography;

namespace SigningAction.Testing;

/// <summary>
/// A P-256 key whose signatures all have the same form in DER: two INTEGERs of 32 octets, no sign octet and none that is left out. What is signed with it has the same length each time, so
/// the same change hits the same field each time, and the same padding of base64.
/// </summary>
public sealed class EvenKey : ECDsa
{
    private readonly ECDsa _inner = Create(ECCurve.NamedCurves.nistP256);

    /// <inheritdoc/>
    public override int KeySize => _inner.KeySize;

    /// <inheritdoc/>
    public override ECParameters ExportParameters(bool includePrivateParameters) => _inner.ExportParameters(includePrivateParameters);

    /// <inheritdoc/>
    public override byte[] SignHash(byte[] hash) => Sign(hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <inheritdoc/>
    public override bool VerifyHash(byte[] hash, byte[] signature) => _inner.VerifyHash(hash, signature);

    /// <inheritdoc/>
    protected override byte[] SignHashCore(ReadOnlySpan<byte> hash, DSASignatureFormat signatureFormat) => Sign(hash, signatureFormat);

    /// <inheritdoc/>
    protected override bool TrySignHashCore(ReadOnlySpan<byte> hash, Span<byte> destination, DSASignatureFormat signatureFormat, out int bytesWritten)
    {
        var signature = Sign(hash, signatureFormat);
        bytesWritten = signature.AsSpan().TryCopyTo(destination) ? signature.Length : 0;
        return bytesWritten > 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>One of four is of the form.</summary>
    private byte[] Sign(ReadOnlySpan<byte> hash, DSASignatureFormat format)
    {
        while (true)
        {
            var signature = _inner.SignHash(hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            if (signature[0] is > 0 and < 0x80 && signature[32] is > 0 and < 0x80)
            {
                return format == DSASignatureFormat.Rfc3279DerSequence ? [0x30, 68, 2, 32, .. signature[..32], 2, 32, .. signature[32..]] : signature;
            }
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SigningAction.Evidence.Certificates;

/// <summary>An ECDSA public key on P-256, P-384 or P-521: in OpenSSL where <see cref="LibCrypto"/> has it, in the platform's own class elsewhere. Safe for concurrent use.</summary>
internal sealed class EcdsaKey
{
    private readonly EvpKey? _direct;
    private readonly ECDsa? _platform;

    private EcdsaKey(EvpKey? direct, ECDsa? platform) => (_direct, _platform) = (direct, platform);

    /// <summary>Imports a key whose encoding was checked.</summary>
    /// <param name="curve">Its curve.</param>
    /// <param name="point">The point in uncompressed form, of the curve's length.</param>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public static EcdsaKey Import(KeyAlgorithm curve, ReadOnlySpan<byte> point)
    {
        if (!LibCrypto.TryImport(curve, point, out var direct))
        {
            throw new CryptographicException("The point is not on the curve.");
        }

        return direct is not null ? new EcdsaKey(direct, null) : ImportToPlatform(curve, point);
    }

    /// <summary>The same where there is no OpenSSL to call.</summary>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The result owns it, and like every public key it ends with its last reference.")]
    internal static EcdsaKey ImportToPlatform(KeyAlgorithm curve, ReadOnlySpan<byte> point)
    {
        var coordinate = (point.Length - 1) / 2;
        var key = ECDsa.Create();
        key.ImportParameters(new ECParameters
        {
            Curve = curve switch
            {
                KeyAlgorithm.EcdsaP256 => ECCurve.NamedCurves.nistP256,
                KeyAlgorithm.EcdsaP384 => ECCurve.NamedCurves.nistP384,
                _ => ECCurve.NamedCurves.nistP521,
            },
            Q = new ECPoint { X = point.Slice(1, coordinate).ToArray(), Y = point[(1 + coordinate)..].ToArray() },
        });
        return new EcdsaKey(null, key);
    }

    /// <summary>Verifies a signature in strict DER over a hash.</summary>
    public bool VerifyHash(ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature) => _direct is not null
        ? LibCrypto.Verify(_direct, hash, signature)
        : _platform!.VerifyHash(hash, signature, DSASignatureFormat.Rfc3279DerSequence);
}

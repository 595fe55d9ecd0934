using System.Text.Json;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust.Tuf;

/// <summary>A key of a TUF root (TUF specification, section 4.2).</summary>
internal sealed class TufKey
{
    private readonly VerificationKey _key;

    private TufKey(VerificationKey key) => _key = key;

    /// <summary>The key itself, whatever it is called: one key under two ids is one signer.</summary>
    public Sha256Digest Material => _key.Id;

    /// <summary>
    /// Reads a key. Null for a scheme that is not accepted, or a key that is not: it can then vouch for nothing, which can only refuse.
    /// </summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TufMalformed"/>.</exception>
    public static TufKey? Read(JsonElement json)
    {
        var type = TufJson.Text(json, "keytype");
        var scheme = TufJson.Text(json, "scheme");
        var text = TufJson.Text(TufJson.Member(json, "keyval", JsonValueKind.Object), "public");
        try
        {
            // Sigstore's older roots call the type by the name of the scheme.
            var (algorithm, key) = (type, scheme) switch
            {
                ("ecdsa" or "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256") => (KeyAlgorithm.EcdsaP256, ReadPem(text)),
                ("ecdsa" or "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384") => (KeyAlgorithm.EcdsaP384, ReadPem(text)),
                ("ed25519", "ed25519") => (KeyAlgorithm.Ed25519, ReadEd25519(text)),
                ("rsa", "rsassa-pss-sha256") => (KeyAlgorithm.RsaPss, AsPss(ReadPem(text))),
                _ => (KeyAlgorithm.None, null),
            };
            return key?.Algorithm == algorithm ? new TufKey(key) : null;
        }
        catch (EvidenceException e) when (e.Code == FailureCode.KeyUnsupported)
        {
            return null;
        }
    }

    /// <summary>Whether the signature is this key's over <paramref name="data"/>; ECDSA is DER.</summary>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => _key.Verify(data, signature);

    private static VerificationKey? ReadPem(string text) => Pem.TryReadPublicKey(text, out var spki) ? VerificationKey.Parse(spki) : null;

    /// <summary>An RSA key does not say which padding it is for: the scheme does.</summary>
    private static VerificationKey? AsPss(VerificationKey? key) => key?.Algorithm == KeyAlgorithm.RsaPkcs1
        ? VerificationKey.Parse(key.Spki.Span, key.Details.Replace("PKCS1V15", "PSS", StringComparison.Ordinal))
        : null;

    private static VerificationKey? ReadEd25519(string hex) =>
        hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit) ? VerificationKey.ParseEd25519(Convert.FromHexString(hex)) : null;
}

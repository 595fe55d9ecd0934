using System.Buffers.Text;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Transparency;

/// <summary>
/// The log entry of Rekor v2: <c>hashedrekord 0.0.2</c>. A plain signature is logged over the artifact's digest, an attestation over the digest of its PAE.
/// </summary>
public sealed class HashedRekordEntry
{
    /// <summary><c>kind</c> of the entry.</summary>
    public const string Kind = "hashedrekord";

    /// <summary><c>apiVersion</c> of the entry.</summary>
    public const string Version = "0.0.2";

    /// <summary>An entry for a signature over <paramref name="digest"/>.</summary>
    /// <param name="digest">Hash of what was signed, by the hash of the key.</param>
    /// <param name="signature">The signature, ECDSA in DER.</param>
    /// <param name="verifier">DER certificate or DER SubjectPublicKeyInfo.</param>
    /// <param name="isCertificate">Which of the two it is.</param>
    /// <param name="keyDetails"><see cref="VerificationKey.Details"/> of the key.</param>
    public HashedRekordEntry(ReadOnlyMemory<byte> digest, ReadOnlyMemory<byte> signature, ReadOnlyMemory<byte> verifier, bool isCertificate, string keyDetails)
    {
        Digest = digest;
        Signature = signature;
        Verifier = verifier;
        IsCertificate = isCertificate;
        KeyDetails = keyDetails;
    }

    /// <summary>Hash of what was signed: 32, 48 or 64 bytes.</summary>
    public ReadOnlyMemory<byte> Digest { get; }

    /// <summary>The signature.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>DER certificate, or DER SubjectPublicKeyInfo.</summary>
    public ReadOnlyMemory<byte> Verifier { get; }

    /// <summary>Whether <see cref="Verifier"/> is a certificate.</summary>
    public bool IsCertificate { get; }

    /// <summary><c>PublicKeyDetails</c> of the key, for example <c>PKIX_ECDSA_P256_SHA_256</c>.</summary>
    public string KeyDetails { get; }

    /// <summary>The leaf: RFC 8785 JSON, written by hand because base64 and fixed names need no escaping.</summary>
    public byte[] CanonicalBody()
    {
        var algorithm = HashName(Digest.Length);
        var beforeVerifier = IsCertificate ? BeforeCertificate : BeforePublicKey;
        var body = new byte[
            BeforeAlgorithm.Length + algorithm.Length + BeforeDigest.Length + BeforeSignature.Length + BeforeKeyDetails.Length + beforeVerifier.Length + End.Length
            + System.Text.Encoding.UTF8.GetByteCount(KeyDetails)
            + Base64.GetMaxEncodedToUtf8Length(Digest.Length) + Base64.GetMaxEncodedToUtf8Length(Signature.Length) + Base64.GetMaxEncodedToUtf8Length(Verifier.Length)];
        var rest = body.AsSpan();
        Write(ref rest, BeforeAlgorithm);
        Write(ref rest, algorithm);
        Write(ref rest, BeforeDigest);
        WriteBase64(ref rest, Digest.Span);
        Write(ref rest, BeforeSignature);
        WriteBase64(ref rest, Signature.Span);
        Write(ref rest, BeforeKeyDetails);
        rest = rest[System.Text.Encoding.UTF8.GetBytes(KeyDetails, rest)..];
        Write(ref rest, beforeVerifier);
        WriteBase64(ref rest, Verifier.Span);
        Write(ref rest, End);
        return body;
    }

    /// <summary>Reads a leaf back; only the canonical form passes, so unknown and duplicate members cannot hide in it.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.LogEntryMalformed"/>.</exception>
    public static HashedRekordEntry ParseCanonicalBody(ReadOnlyMemory<byte> body)
    {
        if (body.Length > Limits.LogEntryBytes)
        {
            throw Malformed();
        }

        // The one form has each field at its place behind fixed text. Writing it again and comparing decides; what stands here only has to find the fields.
        var rest = body.Span;
        if (Skip(ref rest, BeforeAlgorithm) && ReadText(ref rest, out _)
            && Skip(ref rest, BeforeDigest) && ReadBase64(ref rest, out var digest)
            && Skip(ref rest, BeforeSignature) && ReadBase64(ref rest, out var signature)
            && Skip(ref rest, BeforeKeyDetails) && ReadText(ref rest, out var keyDetails))
        {
            var isCertificate = Skip(ref rest, BeforeCertificate);
            if ((isCertificate || Skip(ref rest, BeforePublicKey)) && ReadBase64(ref rest, out var verifier))
            {
                var entry = new HashedRekordEntry(digest, signature, verifier, isCertificate, System.Text.Encoding.UTF8.GetString(keyDetails));
                return entry.IsWellFormed && entry.CanonicalBody().AsSpan().SequenceEqual(body.Span) ? entry : throw Malformed();
            }
        }

        throw Malformed();
    }

    private static ReadOnlySpan<byte> BeforeAlgorithm => "{\"apiVersion\":\"0.0.2\",\"kind\":\"hashedrekord\",\"spec\":{\"hashedRekordV002\":{\"data\":{\"algorithm\":\""u8;

    private static ReadOnlySpan<byte> BeforeDigest => "\",\"digest\":\""u8;

    private static ReadOnlySpan<byte> BeforeSignature => "\"},\"signature\":{\"content\":\""u8;

    private static ReadOnlySpan<byte> BeforeKeyDetails => "\",\"verifier\":{\"keyDetails\":\""u8;

    private static ReadOnlySpan<byte> BeforeCertificate => "\",\"x509Certificate\":{\"rawBytes\":\""u8;

    private static ReadOnlySpan<byte> BeforePublicKey => "\",\"publicKey\":{\"rawBytes\":\""u8;

    private static ReadOnlySpan<byte> End => "\"}}}}}}"u8;

    private static bool Skip(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        var found = rest.StartsWith(expected);
        rest = found ? rest[expected.Length..] : rest;
        return found;
    }

    /// <summary>Everything before the next quotation mark.</summary>
    private static bool ReadText(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        var end = rest.IndexOf((byte)'"');
        text = end < 0 ? [] : rest[..end];
        rest = end < 0 ? [] : rest[end..];
        return end >= 0;
    }

    private static bool ReadBase64(ref ReadOnlySpan<byte> rest, out byte[] bytes)
    {
        bytes = [];
        return ReadText(ref rest, out var text) && StrictBase64.TryDecode(text, out bytes);
    }

    private bool IsWellFormed => Digest.Length is 32 or 48 or 64 && KeyDetails.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static void Write(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    private static void WriteBase64(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        _ = Base64.EncodeToUtf8(bytes, rest, out _, out var written);
        rest = rest[written..];
    }

    private static ReadOnlySpan<byte> HashName(int digestBytes) => digestBytes switch
    {
        32 => "SHA2_256"u8,
        48 => "SHA2_384"u8,
        64 => "SHA2_512"u8,
        _ => throw new EvidenceException(FailureCode.LogEntryMalformed, $"A log entry's digest has {digestBytes} bytes."),
    };

    private static EvidenceException Malformed() =>
        new(FailureCode.LogEntryMalformed, "The log entry's body is not a canonical hashedrekord 0.0.2.");
}

using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Transparency;

/// <summary>What the body of a log entry says was signed, whatever its kind. Compared with a bundle; says nothing by itself.</summary>
internal sealed record LoggedSignature
{
    /// <summary>In-toto name of the algorithm of <see cref="Digest"/>.</summary>
    public required string DigestName { get; init; }

    /// <summary>Digest of what was signed, or of the payload inside it.</summary>
    public required ReadOnlyMemory<byte> Digest { get; init; }

    /// <summary>Whether <see cref="Digest"/> is of an envelope's payload alone, as the kinds for attestations log it.</summary>
    public bool IsOfPayload { get; init; }

    /// <summary>Payload type of the envelope, where the kind keeps it.</summary>
    public string? PayloadType { get; init; }

    /// <summary>The payload itself, where the log kept it.</summary>
    public ReadOnlyMemory<byte>? Payload { get; init; }

    /// <summary>The signature.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>DER certificate, or DER SubjectPublicKeyInfo.</summary>
    public required ReadOnlyMemory<byte> Verifier { get; init; }

    /// <summary>Which of the two it is.</summary>
    public required bool IsCertificate { get; init; }

    /// <summary>A hash as Rekor v1 writes it: a name and lowercase hexadecimal digits.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.LogEntryMalformed"/>.</exception>
    internal static ReadOnlyMemory<byte> ReadHash(EntryHashJson? hash)
    {
        var (name, hex) = (hash?.Algorithm, hash?.Value);
        var length = name switch { "sha256" => 64, "sha384" => 96, "sha512" => 128, _ => 0 };
        return length > 0 && hex?.Length == length && hex.All(char.IsAsciiHexDigitLower)
            ? Convert.FromHexString(hex)
            : throw EntryBodies.Malformed("a hash in it is none");
    }

    /// <summary>The verifier of Rekor v1: PEM of a certificate or of a public key.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.LogEntryMalformed"/>.</exception>
    internal static (ReadOnlyMemory<byte> Der, bool IsCertificate) ReadPem(byte[]? pem)
    {
        // A certificate or a key is ASCII; anything else is replaced by characters that are in no block.
        var text = System.Text.Encoding.ASCII.GetString(pem ?? []);
        return Pem.TryReadCertificate(text, out var der) ? (der, true)
            : Pem.TryReadPublicKey(text, out der) ? (der, false)
            : throw EntryBodies.Malformed("its verifier is neither a certificate nor a public key");
    }
}

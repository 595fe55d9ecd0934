using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Bundles;

/// <summary>
/// A Sigstore bundle that parsed: well-formed, nothing in it proven. Exactly one of <see cref="MessageSignature"/> and <see cref="Envelope"/> is there.
/// </summary>
public sealed class Bundle
{
    /// <summary>The media type that is written.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    internal Bundle(
        BundleVersion version,
        SignerMaterial signer,
        IReadOnlyList<LogEntry> logEntries,
        IReadOnlyList<ReadOnlyMemory<byte>> timestamps,
        MessageSignature? messageSignature,
        DsseEnvelope? envelope)
    {
        Version = version;
        Signer = signer;
        LogEntries = logEntries;
        Timestamps = timestamps;
        MessageSignature = messageSignature;
        Envelope = envelope;
    }

    /// <summary>Version by its media type.</summary>
    public BundleVersion Version { get; }

    /// <summary>What the bundle says signed it.</summary>
    public SignerMaterial Signer { get; }

    /// <summary>Entries of transparency logs; may be empty.</summary>
    public IReadOnlyList<LogEntry> LogEntries { get; }

    /// <summary>RFC 3161 responses, each a whole DER TimeStampResp; may be empty.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Timestamps { get; }

    /// <summary>A plain signature over an artifact.</summary>
    public MessageSignature? MessageSignature { get; }

    /// <summary>A signed attestation.</summary>
    public DsseEnvelope? Envelope { get; }

    /// <summary>The signature bytes: what timestamps and log entries are about.</summary>
    public ReadOnlyMemory<byte> Signature => Envelope?.Signature ?? MessageSignature!.Signature;

    /// <summary>Reads a bundle, v0.1 to v0.3, strictly.</summary>
    /// <exception cref="EvidenceException">With the first fault found.</exception>
    public static Bundle Parse(ReadOnlySpan<byte> utf8) => BundleReader.Read(utf8);

    /// <summary>A v0.3 bundle for a plain signature.</summary>
    public static Bundle Create(ReadOnlyMemory<byte> certificate, MessageSignature signature, IReadOnlyList<LogEntry> logEntries, IReadOnlyList<ReadOnlyMemory<byte>> timestamps) =>
        new(BundleVersion.V03, new SignerMaterial(certificate, [], null), logEntries, timestamps, signature, null);

    /// <summary>A v0.3 bundle for an attestation.</summary>
    public static Bundle Create(ReadOnlyMemory<byte> certificate, DsseEnvelope envelope, IReadOnlyList<LogEntry> logEntries, IReadOnlyList<ReadOnlyMemory<byte>> timestamps) =>
        new(BundleVersion.V03, new SignerMaterial(certificate, [], null), logEntries, timestamps, null, envelope);

    /// <summary>
    /// The bundle as v0.3 JSON, UTF-8, one line without a line feed. Certificates beside the signer's, which older versions may bring, have no place there and are left out:
    /// they prove nothing that a trusted root does not.
    /// </summary>
    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.InclusionProof"/>: an entry of v0.1 has a promise alone, and v0.3 demands a proof with its checkpoint.
    /// </exception>
    public byte[] ToJson() => LogEntries.All(entry => entry.InclusionProof is { Checkpoint.Length: > 0 })
        ? BundleWriter.Write(this)
        : throw new EvidenceException(FailureCode.InclusionProof, "A log entry of the bundle has no inclusion proof with a checkpoint, so it has no form in v0.3.");
}

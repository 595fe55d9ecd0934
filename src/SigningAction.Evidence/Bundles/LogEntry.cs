using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Bundles;

/// <summary>An entry of a transparency log, as the log answered it (<c>TransparencyLogEntry</c>). Unproven.</summary>
public sealed record LogEntry
{
    /// <summary>Index in the log, at least 0. With Rekor v2 it is the index of the proof too; Rekor v1 counts over all shards here.</summary>
    public required long LogIndex { get; init; }

    /// <summary>Key id of the log: 32 bytes.</summary>
    public required ReadOnlyMemory<byte> LogId { get; init; }

    /// <summary>Kind of the entry, for example <c>hashedrekord</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Version of the kind, for example <c>0.0.2</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Seconds since 1970; says nothing without a verified promise, and is 0 with Rekor v2.</summary>
    public long IntegratedTime { get; init; }

    /// <summary>Signed entry timestamp of Rekor v1; empty otherwise.</summary>
    public ReadOnlyMemory<byte> InclusionPromise { get; init; }

    /// <summary>The proof, which only bundles of v0.1 may lack.</summary>
    public InclusionProof? InclusionProof { get; init; }

    /// <summary>The leaf as the log holds it; empty where the log left it out.</summary>
    public ReadOnlyMemory<byte> CanonicalizedBody { get; init; }

    /// <summary>Reads one entry alone: the answer of Rekor v2.</summary>
    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.LogEntryMalformed"/>, <see cref="FailureCode.TooMany"/>, <see cref="FailureCode.InclusionProof"/> or
    /// <see cref="FailureCode.CheckpointMalformed"/>.
    /// </exception>
    public static LogEntry Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            JsonTokens.Require(utf8, Limits.BundleTokens, "log entry");
            var json = JsonSerializer.Deserialize(utf8, BundleJsonContext.Default.LogEntryJson);
            return json is null
                ? throw new EvidenceException(FailureCode.LogEntryMalformed, "The log entry is null.")
                : BundleReader.LogEntry(json, proofRequired: true);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new EvidenceException(FailureCode.LogEntryMalformed, "The log's answer is not a log entry.", e);
        }
        catch (EvidenceException e) when (e.Code == FailureCode.BundleMalformed)
        {
            throw new EvidenceException(FailureCode.LogEntryMalformed, "The log's answer is an incomplete log entry.", e);
        }
    }

    /// <summary>The entry as JSON, as Rekor v2 answers it.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(BundleWriter.LogEntry(this), BundleJsonContext.Default.LogEntryJson);
}

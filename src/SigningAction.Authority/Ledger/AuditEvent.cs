using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// A leaf of the audit log: one decision, or the count of a minute's unauthenticated refusals. Never a token, a signature or a key in it.
/// Its bytes are JSON in exactly the form that <see cref="ToLeaf"/> gives.
/// </summary>
public sealed record AuditEvent
{
    private static readonly AuditJson Json = new(new JsonSerializerOptions(AuditJson.Default.Options)
    {
        // Names outside ASCII stay readable and short; the audit log is not HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private readonly DateTimeOffset _time;

    /// <summary>Version of the form.</summary>
    [JsonPropertyOrder(-1)]
    public int Version { get; init; } = 1;

    /// <summary>When it was decided; kept to the millisecond, in UTC.</summary>
    public required DateTimeOffset Time
    {
        get => _time;
        init => _time = DateTimeOffset.FromUnixTimeMilliseconds(value.ToUnixTimeMilliseconds());
    }

    /// <summary>What was asked for, for example <c>exchange</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>How it ended.</summary>
    public required AuditDecision Decision { get; init; }

    /// <summary>Reason code of a refusal.</summary>
    public string? Reason { get; init; }

    /// <summary>What exactly missed: safe to show.</summary>
    public string? Detail { get; init; }

    /// <summary>The id that the caller was given.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>Who asked, as the verified token says; null when nobody was authenticated.</summary>
    public PipelineIdentity? Identity { get; init; }

    /// <summary>SHA-256 of the token, lowercase hexadecimal: which token it was, without being of use to anybody who reads this.</summary>
    public string? TokenSha256 { get; init; }

    /// <summary>The policy rule that decided, or that came closest.</summary>
    public string? Rule { get; init; }

    /// <summary>SHA-256 of the policy file in force, lowercase hexadecimal.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>The certificate that was issued.</summary>
    public AuditCertificate? Certificate { get; init; }

    /// <summary>Of a summary: how many refusals, by reason code.</summary>
    public IReadOnlyDictionary<string, long>? Counts { get; init; }

    /// <summary>The decision as rows hold it.</summary>
    [JsonIgnore]
    public string DecisionText => Decision == AuditDecision.Allowed ? "allowed" : "refused";

    /// <summary>The leaf.</summary>
    public byte[] ToLeaf() => JsonSerializer.SerializeToUtf8Bytes(this, Json.AuditEvent);

    /// <summary>Reads a leaf; only the form that <see cref="ToLeaf"/> gives passes.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.LogEntryMalformed"/>.</exception>
    public static AuditEvent FromLeaf(ReadOnlyMemory<byte> leaf)
    {
        try
        {
            if (leaf.Length <= Limits.LogEntryBytes
                && JsonSerializer.Deserialize(leaf.Span, Json.AuditEvent) is { Version: 1, Decision: AuditDecision.Allowed or AuditDecision.Refused } audit
                && audit.ToLeaf().AsSpan().SequenceEqual(leaf.Span))
            {
                return audit;
            }
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new EvidenceException(FailureCode.LogEntryMalformed, "The leaf is no audit event.", e);
        }

        throw new EvidenceException(FailureCode.LogEntryMalformed, "The leaf is no audit event in its one form.");
    }
}

using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Hosting;

/// <summary>One log that this authority has or ever had: a line of <c>logs.json</c>. A log is never taken off the list; its proofs outlive it.</summary>
public sealed record LogRecord
{
    /// <summary>Its number in the database and in the high-water file; 1, 2, 3 and so on, in the order of the list.</summary>
    public required int Number { get; init; }

    /// <summary>What it is for.</summary>
    public required LogKind Kind { get; init; }

    /// <summary>Base URL: its bare host is, or begins, the origin. Fixed for life.</summary>
    public required string Url { get; init; }

    /// <summary>From when on it is to be trusted.</summary>
    public required DateTimeOffset Start { get; init; }

    /// <summary>SubjectPublicKeyInfo in DER (base64): a frozen log is verified without its private key.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>When it was frozen; null while it takes entries.</summary>
    public DateTimeOffset? Frozen { get; init; }

    /// <summary>Whether its newest leaves went with a lost database.</summary>
    public bool LacksTail { get; init; }

    /// <summary>Its number as the store writes it.</summary>
    internal LogId Id => new(Number);

    /// <summary>The bare host.</summary>
    internal string Host => AuthorityUrl.Host(Url);

    internal bool IsOpen => Frozen is null;

    /// <summary>Which key file signs it.</summary>
    internal (AuthorityKey Key, int Log) KeyFile => (KeyOf(Kind), Number <= FirstLogs ? 0 : Number);

    /// <summary>Logs that <c>init</c> makes.</summary>
    internal const int FirstLogs = 3;

    internal static AuthorityKey KeyOf(LogKind kind) => kind switch
    {
        LogKind.Signatures => AuthorityKey.LogSignatures,
        LogKind.Certificates => AuthorityKey.LogCertificates,
        LogKind.Audit => AuthorityKey.LogAudit,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No kind of log."),
    };

    /// <summary>The key that verifies it.</summary>
    /// <exception cref="Evidence.Verification.EvidenceException">It is no key.</exception>
    internal VerificationKey ReadKey() => VerificationKey.Parse(PublicKey);
}

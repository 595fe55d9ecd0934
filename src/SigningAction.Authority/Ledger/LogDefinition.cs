using System.Security.Cryptography;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>One log of the ledger: its name and key, what its leaves are, and how the same leaf is treated.</summary>
/// <param name="Id">Its number in the store.</param>
/// <param name="Key">Name (the origin) and public key of its checkpoints.</param>
/// <param name="Format">What its leaves are.</param>
/// <param name="Deduplicates">Whether the same leaf again gets the same index. Where leaves are unique by themselves, an index over them would cost for nothing.</param>
/// <param name="PrivateKey">Signs checkpoints; null where the log is only read. Owned by whoever made the definition.</param>
public sealed record LogDefinition(LogId Id, NoteKey Key, LeafFormat Format, bool Deduplicates, ECDsa? PrivateKey)
{
    /// <summary>The origin line of its checkpoints.</summary>
    public string Origin => Key.Name;

    /// <summary>What it is for.</summary>
    public LogKind Kind { get; init; }

    /// <summary>Whether it takes nothing more: there is no key that could sign a longer log.</summary>
    public bool IsFrozen => PrivateKey is null;

    /// <summary>
    /// A frozen log of which more was published than is stored: its newest leaves went with a lost database. It is served as far as it is there, and may never be
    /// opened again: whatever came next would be a second history.
    /// </summary>
    public bool LacksTail { get; init; }

    /// <summary>The signature log: its origin is the bare host name, because that is what sigstore-go compares.</summary>
    public static LogDefinition Signatures(string host, ECDsa key) => Of(LogKind.Signatures, LogId.Signatures, host, VerificationKey.Of(key), key);

    /// <summary>The audit log, under <c>HOST/audit</c>. Every event is its own, also when it says the same.</summary>
    public static LogDefinition Audit(string host, ECDsa key) => Of(LogKind.Audit, LogId.Audit, host, VerificationKey.Of(key), key);

    /// <summary>The certificate log, under <c>HOST/ct</c>; its notes are signed tree heads of RFC 6962. Serial numbers make its leaves unique.</summary>
    public static LogDefinition Certificates(string host, ECDsa key) => Of(LogKind.Certificates, LogId.Certificates, host, VerificationKey.Of(key), key);

    /// <summary>A log of one kind under a host name.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="id">Its number.</param>
    /// <param name="host">The host name; the kind decides the rest of the origin.</param>
    /// <param name="key">Verifies its checkpoints.</param>
    /// <param name="privateKey">Signs them; null freezes the log.</param>
    public static LogDefinition Of(LogKind kind, LogId id, string host, VerificationKey key, ECDsa? privateKey) => kind switch
    {
        LogKind.Signatures => new LogDefinition(id, NoteKey.ForLog(host, key), new SignatureLeaves(), Deduplicates: true, privateKey) { Kind = kind },
        LogKind.Certificates => new LogDefinition(id, NoteKey.ForCertificateLog(host + "/ct", key), new CertificateLeaves(), Deduplicates: false, privateKey) { Kind = kind },
        LogKind.Audit => new LogDefinition(id, NoteKey.ForLog(host + "/audit", key), new AuditLeaves(), Deduplicates: false, privateKey) { Kind = kind },
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No kind of log."),
    };

    /// <summary>Signs what the log is at one size, and verifies the signature before anybody sees it: a key store that signs wrongly must not publish.</summary>
    internal StoredHead SignHead(long size, Sha256Digest root, DateTimeOffset time)
    {
        var key = PrivateKey ?? throw new InvalidOperationException($"The {Id} log is only read here.");
        var text = new Checkpoint(Origin, size, root).ToText();
        var note = SignedNote.Format(text, [Key.Sign(text, key, time)]);
        return SignedNote.Parse(note).IsSignedBy(Key)
            ? new StoredHead(Id, size, root, note, time)
            : throw new CryptographicException($"The key of the {Id} log made a signature that its public key does not verify.");
    }
}

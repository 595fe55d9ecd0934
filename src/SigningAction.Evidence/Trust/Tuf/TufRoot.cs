using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust.Tuf;

/// <summary>The root of a TUF repository: which keys sign what.</summary>
internal sealed class TufRoot
{
    private TufRoot(TufEnvelope envelope)
    {
        Envelope = envelope;
        if (!TufJson.Flag(envelope.Signed, "consistent_snapshot"))
        {
            throw TufJson.Malformed("the repository has no consistent snapshots, so files could change while they are read");
        }

        var list = TufJson.Member(envelope.Signed, "keys", JsonValueKind.Object);
        var keys = new Dictionary<string, TufKey?>(StringComparer.Ordinal);
        foreach (var member in list.EnumerateObject())
        {
            if (keys.Count == Limits.TufKeys)
            {
                throw new EvidenceException(FailureCode.TooMany, $"The TUF root has more than {Limits.TufKeys} keys.");
            }

            keys.Add(member.Name, TufKey.Read(member.Value));
        }

        var roles = TufJson.Member(envelope.Signed, "roles", JsonValueKind.Object);
        Root = TufRole.Read(roles, "root", keys);
        Timestamp = TufRole.Read(roles, "timestamp", keys);
        Snapshot = TufRole.Read(roles, "snapshot", keys);
        Targets = TufRole.Read(roles, "targets", keys);
    }

    public TufEnvelope Envelope { get; }

    public int Version => Envelope.Version;

    public TufRole Root { get; }

    public TufRole Timestamp { get; }

    public TufRole Snapshot { get; }

    public TufRole Targets { get; }

    /// <summary>Reads a root that was got from a place that is trusted; it must at least be signed by its own keys.</summary>
    public static TufRoot ParseTrusted(ReadOnlySpan<byte> utf8)
    {
        var root = new TufRoot(TufEnvelope.Parse(utf8, "root", Limits.TufRootBytes));
        root.Root.Require(root.Envelope);
        return root;
    }

    /// <summary>Reads the root after this one: signed by the old and by the new keys, and not one version skipped (section 5.3).</summary>
    public TufRoot Next(ReadOnlySpan<byte> utf8)
    {
        var envelope = TufEnvelope.Parse(utf8, "root", Limits.TufRootBytes);
        Root.Require(envelope);
        if (envelope.Version != Version + 1)
        {
            throw new EvidenceException(
                envelope.Version <= Version ? FailureCode.TufRollback : FailureCode.TufMismatch,
                $"The TUF repository offers root {envelope.Version} where root {Version + 1} is due.");
        }

        var next = new TufRoot(envelope);
        next.Root.Require(envelope);
        return next;
    }
}

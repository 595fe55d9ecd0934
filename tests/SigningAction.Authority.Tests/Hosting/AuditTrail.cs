using System.Text;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Transparency;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>What the audit log of a running authority holds, read through its published tiles.</summary>
internal static class AuditTrail
{
    public static async Task<IReadOnlyList<AuditEvent>> AuditAsync(this AuthorityInProcess authority) =>
        [.. (await authority.LeavesAsync(LogId.Audit)).Select(AuditEvent.FromLeaf)];

    /// <summary>The leaves as text: what must never hold a token.</summary>
    public static async Task<string> AuditTextAsync(this AuthorityInProcess authority) =>
        string.Join('\n', (await authority.LeavesAsync(LogId.Audit)).Select(leaf => Encoding.UTF8.GetString(leaf.Span)));

    public static long CertificatesIssued(this AuthorityInProcess authority) => authority.Host.Ledger.Reader(LogId.Certificates).Head.Size;

    private static async Task<IReadOnlyList<ReadOnlyMemory<byte>>> LeavesAsync(this AuthorityInProcess authority, LogId log)
    {
        var reader = authority.Host.Ledger.Reader(log);
        var leaves = new List<ReadOnlyMemory<byte>>();
        foreach (var tile in TilePath.Changed(TilePath.Entries, 0, reader.Head.Size))
        {
            leaves.AddRange(EntryBundle.Parse((await reader.ReadTileAsync(tile))!.Value));
        }

        return leaves;
    }
}

using SigningAction.Authority.Storage;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>Leaves of the audit log: <see cref="AuditEvent"/>s. Each makes a line of the audit list; an issued certificate also its line of the inventory.</summary>
public sealed class AuditLeaves : LeafFormat
{
    /// <inheritdoc/>
    public override int TileLevel => TilePath.Entries;

    /// <inheritdoc/>
    public override LeafContent Read(ReadOnlyMemory<byte> leaf)
    {
        var audit = AuditEvent.FromLeaf(leaf);
        var identity = audit.Identity is null ? null : IdentityColumns.Of(audit.Identity);
        var rows = new List<LedgerRow>
        {
            new AuditRow(audit.Time.ToUnixTimeMilliseconds(), audit.Kind, audit.DecisionText, audit.Reason ?? audit.Rule, audit.CorrelationId, identity),
        };
        if (audit.Certificate is { } issued && identity is not null)
        {
            rows.Add(new InventoryRow(
                issued.Serial, issued.Sha256, issued.LogIndex, issued.NotBefore.ToUnixTimeMilliseconds(), issued.NotAfter.ToUnixTimeMilliseconds(), identity));
        }

        return new LeafContent(MerkleTree.LeafHash(leaf.Span), rows);
    }

    /// <inheritdoc/>
    public override void Append(Stream bundle, ReadOnlySpan<byte> leaf) => EntryBundle.Append(bundle, leaf);
}

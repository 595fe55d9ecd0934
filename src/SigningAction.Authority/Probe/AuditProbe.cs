using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Probe;

/// <summary>Looks a certificate up in the authority's own database: the audit log has no route, because it names people's repositories.</summary>
internal static class AuditProbe
{
    /// <summary>Finds the inventory row and the audit leaf of a certificate and compares all three.</summary>
    /// <param name="store">The database.</param>
    /// <param name="log">The audit log that takes events.</param>
    /// <param name="certificate">What was issued.</param>
    /// <param name="correlationId">The id of its exchange.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="ProbeException">One is missing or says something else.</exception>
    public static async Task<string> RunAsync(ILedgerStore store, LogId log, SigningCertificate certificate, string? correlationId, CancellationToken cancellation)
    {
        var serial = Convert.ToHexStringLower(certificate.Serial.Span);
        var sha256 = Sha256Digest.Of(certificate.RawBytes.Span).ToString();
        var row = await store.FindCertificateAsync(serial, cancellation) ?? throw ProbeException.Wrong("The inventory does not know the certificate.");
        var leaves = await store.ReadLeavesAsync(log, row.Index, 1, cancellation);
        var audit = leaves is [var leaf] ? AuditEvent.FromLeaf(leaf.Data) : throw ProbeException.Wrong($"Leaf {row.Index} of the audit log is missing.");
        return row.Sha256 == sha256 && audit.Certificate?.Sha256 == sha256 && audit.Certificate.Serial == serial
            && audit.Decision == AuditDecision.Allowed && audit.CorrelationId == correlationId
            ? $"Leaf {row.Index} of the audit log names the certificate."
            : throw ProbeException.Wrong($"Leaf {row.Index} of the audit log or its row says something else than the certificate.");
    }
}

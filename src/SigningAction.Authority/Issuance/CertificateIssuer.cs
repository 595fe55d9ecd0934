using SigningAction.Authority.Clock;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Wire;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Authority.Issuance;

/// <summary>
/// Makes certificates, each together with its two leaves: nobody gets one that the certificate log does not hold and the audit log does not name.
/// </summary>
public sealed class CertificateIssuer(IssuingAuthority authority, AuthorityLedger ledger, LogSigners signers, ClockGuard clock, Func<DateTimeOffset, byte[]> serials)
{
    /// <summary>How long a certificate is good: long enough to sign, too short to be worth stealing (Fulcio's figure).</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>Room for the promise of the certificate log, which the certificate has and the precertificate has not: some 140 bytes.</summary>
    private const int PromiseBytes = 256;

    /// <summary>Serial numbers that are drawn for one certificate. One is enough, unless the source of random numbers is broken.</summary>
    private const int Draws = 3;

    private readonly LogId _certificates = ledger.Current(LogKind.Certificates);
    private readonly LogId _audit = ledger.Current(LogKind.Audit);

    /// <summary>Issues a certificate. When it returns, both leaves are durable.</summary>
    /// <param name="identity">Whom policy allowed.</param>
    /// <param name="key">The key of which possession was proven.</param>
    /// <param name="audit">The event of the decision; the certificate is put into it.</param>
    /// <param name="cancellationToken">Stops waiting; work that the ledger has taken is finished all the same.</param>
    /// <exception cref="RequestRefusedException">The clock is in doubt, or the issuing certificate ends before a new one would (503).</exception>
    /// <exception cref="TokenRefusedException">The identity is too long for a certificate.</exception>
    /// <exception cref="LedgerUnavailableException">Nothing was issued as far as anybody was told.</exception>
    /// <exception cref="SerialTakenException">Every serial number that was drawn is taken: random numbers are not random.</exception>
    /// <exception cref="OwnCheckFailedException">What was made would not have been accepted by its customers.</exception>
    public async Task<IssuedCertificate> IssueAsync(PipelineIdentity identity, VerificationKey key, AuditEvent audit, CancellationToken cancellationToken)
    {
        // Signed before the sequencer, which must do only what needs the index.
        var now = clock.Now();
        var notBefore = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        if (notBefore + Lifetime > authority.NotAfter)
        {
            throw new RequestRefusedException(
                StatusCodes.Status503ServiceUnavailable, "ISSUER_EXPIRES", "The authority's own certificate ends before a new one would, so it issues none.",
                "An administrator must renew its certificates (signing-authority renew).");
        }

        for (var draw = 1; ; draw++)
        {
            var precertificate = authority.Builder.BuildPrecertificate(identity, key, serials(now), notBefore, notBefore + Lifetime);
            if (precertificate.RawBytes.Length + PromiseBytes > Limits.CertificateBytes)
            {
                throw new TokenRefusedException(TokenRefusal.ClaimTooLong, $"The token's claims together make a certificate longer than {Limits.CertificateBytes} bytes.");
            }

            var work = new LedgerWork<IssuedCertificate>([_certificates, _audit], slots => Draft(precertificate, slots, identity, key, audit));
            try
            {
                var issued = (await ledger.SubmitAsync(work, cancellationToken)).Product;
                signers.Keep(Sha256Digest.Of(issued.Der.Span));
                return issued;
            }
            catch (SerialTakenException) when (draw < Draws)
            {
                // The database refused it, in the transaction: asking before would cost every exchange a search, and two at once could still draw the same.
            }
        }
    }

    private LedgerDraft<IssuedCertificate> Draft(
        Precertificate precertificate, LeafSlots slots, PipelineIdentity identity, VerificationKey key, AuditEvent audit)
    {
        var index = slots.IndexIn(_certificates);
        var sct = authority.Promise(precertificate, slots.Time, index);
        var certificate = authority.Check(authority.Builder.Build(precertificate, [sct]), identity, key, index);
        var entry = new CertificateLogEntry(
            slots.Time, index, precertificate.IssuerKeyId, precertificate.Tbs.Span, precertificate.RawBytes.Span, authority.IssuerDigests);
        var issued = new AuditCertificate(
            Convert.ToHexStringLower(certificate.Serial.Span),
            Sha256Digest.Of(certificate.RawBytes.Span).ToString(),
            index,
            certificate.NotBefore,
            certificate.NotAfter);
        return new LedgerDraft<IssuedCertificate>(
            new IssuedCertificate(certificate.RawBytes, issued), [entry.TileLeaf(), (audit with { Certificate = issued }).ToLeaf()]);
    }
}

using System.Security.Cryptography;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Telemetry;
using SigningAction.Authority.Wire;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Authority.Issuance;

/// <summary>
/// A token for a certificate. The order is fixed: who is it, may it, has it the key, and only then is anything made. Whatever is decided about somebody
/// whom an issuer vouched for is in the audit log before he hears of it; when it cannot be written, he hears nothing but "try again".
/// </summary>
public sealed class CertificateExchange(
    TokenValidator tokens, PolicyStore policy, ReplayGuard replays, CertificateIssuer issuer, RecentCertificates recent, AuthorityLedger ledger, RefusalCounter refusals, ClockGuard clock, TimeProvider time, bool rsaKeys)
{
    /// <summary>Reason in the audit where the fault is ours.</summary>
    public const string InternalReason = "INTERNAL";

    /// <summary>Kind of the audit events that this makes.</summary>
    public const string Kind = "exchange";

    /// <summary>Exchanges a token.</summary>
    /// <param name="request">What came.</param>
    /// <param name="correlationId">The id that the caller is given, whatever happens.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <exception cref="TokenRefusedException">The token is refused.</exception>
    /// <exception cref="PossessionRefusedException">The key is refused.</exception>
    /// <exception cref="RequestRefusedException">The policy refuses (403), or the clock is in doubt (503).</exception>
    /// <exception cref="LedgerUnavailableException">It could not be recorded, so nothing was done.</exception>
    public async Task<IssuedCertificate> ExchangeAsync(SigningCertRequest request, string correlationId, CancellationToken cancellationToken)
    {
        RequireClock();
        var token = await TracedAsync("token", () => ValidateAsync(request.Token, correlationId, cancellationToken));
        var inForce = policy.Current.Policy;
        var decision = Decide(inForce, token);
        var audit = new AuditEvent
        {
            Time = time.GetUtcNow(),
            Kind = Kind,
            Decision = AuditDecision.Refused,
            CorrelationId = correlationId,
            Identity = token.Identity,
            TokenSha256 = token.Digest.ToString(),
            Rule = decision.Rule?.Name,
            PolicyVersion = decision.PolicyVersion.ToString(),
        };
        if (!decision.IsAllowed)
        {
            var reason = PolicyReasons.Text(decision.Reason);
            await RecordAsync(audit with { Reason = reason, Detail = decision.Explain() });
            throw new RequestRefusedException(StatusCodes.Status403Forbidden, reason, decision.ExplainToCaller());
        }

        var key = await TracedAsync("possession", () => ProveAsync(request, token, audit));
        var allowed = audit with { Decision = AuditDecision.Allowed };
        try
        {
            // Not this caller's cancellation: the same request may come again and wait for the same certificate.
            var (issued, isRepeat) = await TracedAsync("certificate", () =>
                recent.GetAsync(token.Digest, key.Id, () => issuer.IssueAsync(token.Identity, key, allowed, CancellationToken.None)).WaitAsync(cancellationToken));
            if (isRepeat)
            {
                await RecordAsync(allowed with { Detail = $"The same request again: the certificate {issued.Record.Serial} was given once more." });
            }

            return issued;
        }
        catch (Exception fault) when (fault is not (LedgerUnavailableException or OperationCanceledException))
        {
            // A decision without its leaf would be one that nobody sees.
            await RecordAsync(audit with { Reason = ReasonOf(fault), Detail = "The policy allowed it, but no certificate could be made." });
            throw;
        }
    }

    private static string ReasonOf(Exception fault) => fault switch
    {
        RequestRefusedException refused => refused.Code,
        TokenRefusedException refused => TokenRefusals.Text(refused.Refusal),
        KeyUnavailableException => KeyUnavailableException.Code,
        _ => InternalReason,
    };

    private static PolicyDecision Decide(SigningPolicy policy, VerifiedToken token)
    {
        using var span = AuthorityTrace.Step("policy");
        return policy.Decide(token.Identity);
    }

    /// <summary>A step of the exchange's trace.</summary>
    private static async Task<T> TracedAsync<T>(string name, Func<Task<T>> step)
    {
        using var span = AuthorityTrace.Step(name);
        return await step();
    }

    /// <summary>Before the token: whether it has expired is itself a question of time.</summary>
    private void RequireClock()
    {
        try
        {
            _ = clock.Now();
        }
        catch (RequestRefusedException refused)
        {
            refusals.Count(refused.Code);
            throw;
        }
    }

    /// <summary>Counts a request that was refused before its token could be read: it is nobody's in particular.</summary>
    /// <param name="reason">Code of a closed set.</param>
    public void CountUnread(string reason) => refusals.Count(reason);

    private async Task<VerifiedToken> ValidateAsync(string? token, string correlationId, CancellationToken cancellationToken)
    {
        try
        {
            return await tokens.ValidateAsync(token, cancellationToken);
        }
        catch (TokenRefusedException refused) when (refused.IsAuthenticated)
        {
            await RecordAsync(Refusal(refused, correlationId));
            throw;
        }
        catch (TokenRefusedException refused)
        {
            // Anybody can cause these, as many as he likes: counted, so that the audit log cannot be flooded.
            refusals.Count(TokenRefusals.Text(refused.Refusal));
            throw;
        }
    }

    private async Task<VerificationKey> ProveAsync(SigningCertRequest request, VerifiedToken token, AuditEvent audit)
    {
        try
        {
            var key = request.ProveKey(token);
            if (key.Algorithm == KeyAlgorithm.RsaPkcs1 && !rsaKeys)
            {
                throw new PossessionRefusedException(PossessionRefusal.KeyInsecure);
            }

            replays.Use(token, key.Id);
            return key;
        }
        catch (PossessionRefusedException refused)
        {
            await RecordAsync(audit with { Reason = PossessionRefusals.Text(refused.Refusal), Detail = refused.Message });
            throw;
        }
        catch (TokenRefusedException refused)
        {
            await RecordAsync(audit with { Reason = TokenRefusals.Text(refused.Refusal), Detail = refused.Message });
            throw;
        }
    }

    private AuditEvent Refusal(TokenRefusedException refused, string correlationId) => new()
    {
        Time = time.GetUtcNow(),
        Kind = Kind,
        Decision = AuditDecision.Refused,
        Reason = TokenRefusals.Text(refused.Refusal),
        Detail = $"{refused.Message} Issuer: {refused.Issuer}",
        CorrelationId = correlationId,
        TokenSha256 = refused.TokenDigest?.ToString(),
    };

    /// <summary>Not cancelled by the caller: who hangs up must not be able to keep his refusal out of the audit.</summary>
    private async Task RecordAsync(AuditEvent audit) => await ledger.AppendAsync(ledger.Current(LogKind.Audit), Leaf(audit), CancellationToken.None);

    /// <summary>Claims are capped one by one; together they may still be too long for a leaf, and a decision must not escape the audit by being long.</summary>
    private static byte[] Leaf(AuditEvent audit)
    {
        var leaf = audit.ToLeaf();
        return leaf.Length <= Limits.LogEntryBytes
            ? leaf
            : (audit with { Identity = null, Detail = "The identity is too long for a leaf; the token's digest says which token it was." }).ToLeaf();
    }
}

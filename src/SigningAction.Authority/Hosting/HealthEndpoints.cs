using System.Text.Json;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// <c>/healthz</c>: the process answers. <c>/readyz</c>: whether it can do its work, as states and nothing else: why is in the log, for those who may read it.
/// </summary>
public static class HealthEndpoints
{
    /// <summary>Maps both.</summary>
    public static void MapHealth(
        this IEndpointRouteBuilder routes, AuthorityLedger ledger, KeyStates keys, PolicyStore policy, IssuerDirectory issuers, ClockGuard clock, Expiry expiry,
        Func<bool> isStopping)
    {
        routes.MapGet("/healthz", context => context.Response.WriteAsync("ok\n", context.RequestAborted)).DisableRateLimiting();
        routes.MapGet("/readyz", context => WriteReadinessAsync(context, ledger, keys.All, policy, issuers, clock.State, expiry.State, isStopping())).DisableRateLimiting();
    }

    private static Task WriteReadinessAsync(
        HttpContext context, AuthorityLedger ledger, IReadOnlyList<KeyState> keys, PolicyStore policy,
        IssuerDirectory issuers, ClockState clock, ExpiryState expiry, bool isStopping)
    {
        var ledgerState = ledger.State.Condition;
        var policyIsBroken = policy.LoadError is not null;
        var keySets = issuers.All.ToDictionary(
            issuer => issuer.Options.Url,
            issuer => issuer.Keys.State switch
            {
                { IsDegraded: true, IsUsable: true } => "degraded",
                { IsDegraded: true } => "unavailable",
                { FetchedAt: null } => "not fetched yet",
                _ => "ready",
            });
        var isReady = !isStopping && ledgerState == LedgerCondition.Ready && clock.IsTrusted && expiry != ExpiryState.Expired && !keys.Any(key => key.IsUnavailable);
        var isDegraded = policyIsBroken || expiry != ExpiryState.Valid || clock.Condition != ClockCondition.Ready
            || keys.Any(key => key.Failures > 0) || issuers.All.Any(issuer => issuer.Keys.State.IsDegraded);

        // A broken policy file or an issuer that is away leaves the rest at work: a load balancer must not take that away too. Without one of its keys an
        // authority makes no bundle that anybody accepts, and KeyWatch finds out without requests when it is back.
        context.Response.StatusCode = isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.CacheControl = "no-store";
        var state = new ReadinessJson(
            isReady ? isDegraded ? "degraded" : "ready" : isStopping ? "stopping" : "not ready",
            ledgerState.ToString().ToLowerInvariant(),
            clock.Text,
            expiry switch { ExpiryState.Valid => "valid", ExpiryState.Soon => "expire soon", _ => "expired" },
            keys.ToDictionary(key => key.Name, key => key.Text),
            policyIsBroken ? "file is broken, the policy before it is in force" : "in force",
            keySets);
        return JsonBody.WriteAsync(context.Response, JsonSerializer.SerializeToUtf8Bytes(state, ErrorJson.Readable.ReadinessJson));
    }
}

using System.Diagnostics;
using System.Diagnostics.Metrics;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Telemetry;
using SigningAction.Authority.Timestamping;
using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Hosting;

/// <summary>What came of the requests that people wait for, counted where the answer is known; and the trace of each exchange.</summary>
internal sealed class RequestTelemetry
{
    private readonly Counter<long> _exchanges;
    private readonly Counter<long> _entries;
    private readonly Counter<long> _timestamps;
    private readonly Counter<long> _overload;

    public RequestTelemetry(Meter meter)
    {
        _exchanges = meter.CreateCounter<long>("signing.exchanges", "{request}", "Exchanges by decision and reason; each that was allowed is a certificate.");
        _entries = meter.CreateCounter<long>("signing.entries", "{request}", "Log entries by decision and reason.");
        _timestamps = meter.CreateCounter<long>("signing.timestamps", "{request}", "Timestamps by decision and reason.");
        _overload = meter.CreateCounter<long>("signing.overload", "{request}", "Requests that were refused because too many came.");
    }

    /// <summary>Runs a request and counts how it ended.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        using var span = context.Request.Path.Equals(FulcioEndpoints.SigningCert, StringComparison.Ordinal) ? AuthorityTrace.Start("exchange") : null;
        await next(context);
        var reason = ReasonLabels.Of(context.Features.Get<RequestRefusedException>()?.Code);
        var overload = reason switch
        {
            OverloadCodes.TooMany => "address",
            OverloadCodes.Busy => "flight",
            _ => context.Features.Get<LedgerUnavailableException>() is { Reason: LedgerUnavailableReason.Busy } ? "ledger" : null,
        };
        if (overload is not null)
        {
            _overload.Add(1, KeyValuePair.Create<string, object?>("cause", overload));
        }

        Count(context, reason);
        if (span is not null)
        {
            _ = span.SetTag("signing.correlation_id", context.TraceIdentifier).SetTag("signing.decision", Decision(reason)).SetTag("signing.reason", reason);
            _ = context.Response.StatusCode >= StatusCodes.Status500InternalServerError ? span.SetStatus(ActivityStatusCode.Error) : span;
        }
    }

    private static string Decision(string reason) => reason == ReasonLabels.None ? "allowed" : "refused";

    /// <summary>By the route's own text, which no caller writes.</summary>
    private void Count(HttpContext context, string reason)
    {
        var counter = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText switch
        {
            FulcioEndpoints.SigningCert => _exchanges,
            TimestampEndpoints.Timestamp => _timestamps,
            RekorEndpoints.Entries => _entries,
            _ => null,
        };
        if (counter is { Enabled: true } && !context.RequestAborted.IsCancellationRequested)
        {
            counter.Add(1, KeyValuePair.Create<string, object?>("decision", Decision(reason)), KeyValuePair.Create<string, object?>("reason", reason));
        }
    }
}

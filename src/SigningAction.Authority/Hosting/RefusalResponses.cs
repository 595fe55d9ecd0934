using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// The one place where a refusal or a fault becomes an answer. A refusal is what its service says, which is safe to show; a fault is one sentence that says
/// nothing, and the log has the rest under the same correlation id.
/// </summary>
public sealed partial class RefusalResponses(RequestDelegate next, TimeProvider time, ILogger<RefusalResponses> logger)
{
    /// <summary>Header that carries the correlation id, on every answer.</summary>
    public const string CorrelationHeader = "X-Correlation-Id";

    private const int BusyRetrySeconds = 2;

    /// <summary>Runs the request and answers what it throws.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever is thrown must neither reach the caller nor end without an answer.")]
    public async Task InvokeAsync(HttpContext context)
    {
        // Made here, never taken from the caller: it is what ties an answer to its audit leaf. Its first digits are the time, so a log sorts by it.
        context.TraceIdentifier = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        context.Response.Headers[CorrelationHeader] = context.TraceIdentifier;
        try
        {
            await next(context);
            if (!context.Response.HasStarted && NoRoute(context.Response.StatusCode) is { } refusal)
            {
                await WriteAsync(context, refusal);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception e)
        {
            if (context.Response.HasStarted)
            {
                LogFault(logger, context.TraceIdentifier, e);
                context.Abort();
                return;
            }

            await WriteAsync(context, Translate(e, context));
        }
    }

    /// <summary>Writes a refusal in the form of its route: Fulcio's for Fulcio's clients, problem details (RFC 9457) everywhere else.</summary>
    public static async Task WriteAsync(HttpContext context, RequestRefusedException refusal)
    {
        context.Features.Set(refusal);
        context.Response.StatusCode = refusal.Status;
        context.Response.Headers.CacheControl = "no-store";
        if (refusal.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        var asksFirst = context.Request.Headers.Expect.Count > 0;
        if (asksFirst && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            // He waits for leave to send (RFC 9110, section 10.1.1) and is told no: nothing comes, and reading on would wait for it.
            body.MaxRequestBodySize = 0;
        }

        if ((asksFirst || refusal.Status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout) && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            // The rest of the body may be longer than the server reads on, and the connection then ends with it; a client that is not told would send its
            // next request into it.
            context.Response.Headers.Connection = "close";
        }

        if (FulcioEndpoints.Serves(context.Request.Path))
        {
            var message = $"{refusal.Message}{(refusal.Remedy is null ? "" : " " + refusal.Remedy)} (reason {refusal.Code}, correlation id {context.TraceIdentifier})";
            await JsonBody.WriteAsync(
                context.Response,
                JsonSerializer.SerializeToUtf8Bytes(new StatusJson(GrpcCode(refusal.Status), message, []), ErrorJson.Readable.StatusJson));
            return;
        }

        var problem = new ProblemJson("about:blank", refusal.Message, refusal.Status, refusal.Code, refusal.Remedy, context.TraceIdentifier);
        await JsonBody.WriteAsync(
            context.Response, JsonSerializer.SerializeToUtf8Bytes(problem, ErrorJson.Readable.ProblemJson), "application/problem+json");
    }

    private RequestRefusedException Translate(Exception fault, HttpContext context)
    {
        switch (fault)
        {
            case RequestRefusedException refused:
                return Logged(context, refused);
            case TokenRefusedException token:
                return Logged(context, new RequestRefusedException(
                    token.IsTransient ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status400BadRequest,
                    TokenRefusals.Text(token.Refusal), token.Message, token.Remedy)
                { RetryAfter = token.IsTransient ? BusyRetrySeconds : null });
            case PossessionRefusedException possession:
                return Logged(context, new RequestRefusedException(
                    StatusCodes.Status400BadRequest, PossessionRefusals.Text(possession.Refusal), possession.Message + ".", possession.Remedy));
            case LedgerUnavailableException unavailable:
                context.Features.Set(unavailable);
                LogUnavailable(logger, context.TraceIdentifier, unavailable.Reason, unavailable.InnerException);
                return new RequestRefusedException(
                    StatusCodes.Status503ServiceUnavailable, "LEDGER_UNAVAILABLE",
                    "The authority cannot write its ledger now, so it does nothing.", "Try the same request again; that is always safe.")
                { RetryAfter = BusyRetrySeconds };
            case KeyUnavailableException key:
                LogKey(logger, context.TraceIdentifier, key.Key, key);
                return new RequestRefusedException(
                    StatusCodes.Status503ServiceUnavailable, KeyUnavailableException.Code,
                    "A key of the authority does not sign now, so nothing was made or written.", "Try the same request again; that is always safe.")
                { RetryAfter = BusyRetrySeconds };
            case BadHttpRequestException bad:
                return Logged(context, bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                    ? new RequestRefusedException(bad.StatusCode, "BODY_TOO_LARGE", "The request body is larger than this route takes.")
                    : new RequestRefusedException(bad.StatusCode, "REQUEST_MALFORMED", "The request is not valid HTTP, or came too slowly."));
            default:
                LogFault(logger, context.TraceIdentifier, fault);
                return new RequestRefusedException(
                    StatusCodes.Status500InternalServerError, "INTERNAL", "The authority has a fault of its own; nothing was done as far as it knows.",
                    "Give the correlation id to an administrator.");
        }
    }

    /// <summary>What routing says with a bare status.</summary>
    private static RequestRefusedException? NoRoute(int status) => status switch
    {
        StatusCodes.Status404NotFound => new RequestRefusedException(status, "NO_ROUTE", "The authority has no such resource."),
        StatusCodes.Status405MethodNotAllowed => new RequestRefusedException(status, "METHOD", "The resource does not take this method."),
        _ => null,
    };

    private RequestRefusedException Logged(HttpContext context, RequestRefusedException refused)
    {
        LogRefused(logger, context.TraceIdentifier, refused.Status, refused.Code);
        return refused;
    }

    /// <summary>The gRPC code that a gateway would have turned into this status.</summary>
    private static int GrpcCode(int status) => status switch
    {
        StatusCodes.Status403Forbidden => 7,
        StatusCodes.Status404NotFound => 5,
        StatusCodes.Status405MethodNotAllowed => 12,
        StatusCodes.Status429TooManyRequests => 8,
        StatusCodes.Status503ServiceUnavailable => 14,
        >= 500 => 13,
        _ => 3,
    };

    /// <summary>A request was refused; the audit log has the decisions among them.</summary>
    /// <remarks>Nothing, unless one reason becomes frequent.</remarks>
    [LoggerMessage(EventId = 4001, EventName = "RequestRefused", Level = LogLevel.Information, Message = "{CorrelationId} refused with {Status}: {Code}")]
    private static partial void LogRefused(ILogger logger, string correlationId, int status, string code);

    /// <summary>A request was not served because the ledger did not take it: Busy, NotReady, OutcomeUnknown or Stopping.</summary>
    /// <remarks>Busy: more capacity or lower limits. Else see 3001.</remarks>
    [LoggerMessage(EventId = 4002, EventName = "LedgerUnavailable", Level = LogLevel.Warning, Message = "{CorrelationId} not answered, the ledger is not available: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string correlationId, LedgerUnavailableReason reason, Exception? cause);

    /// <summary>A key of the authority timed out, lost its session or signed wrongly; its caller was told to try again, and nothing was written.</summary>
    /// <remarks>See that the store of the key answers; the next request tries it again by itself.</remarks>
    [LoggerMessage(EventId = 4004, EventName = "KeyUnavailable", Level = LogLevel.Error, Message = "{CorrelationId} not answered, the key {Key} does not sign")]
    private static partial void LogKey(ILogger logger, string correlationId, AuthorityKey key, Exception cause);

    /// <summary>A request met a fault of the authority; its caller was told nothing but the correlation id.</summary>
    /// <remarks>Report it with the exception.</remarks>
    [LoggerMessage(EventId = 4003, EventName = "RequestFault", Level = LogLevel.Error, Message = "{CorrelationId} failed by a fault of ours")]
    private static partial void LogFault(ILogger logger, string correlationId, Exception fault);
}

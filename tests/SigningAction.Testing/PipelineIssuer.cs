using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace SigningAction.Testing;

/// <summary>
/// A real OIDC issuer on loopback that behaves as GitHub's: discovery, key set, and the endpoint where a runner gets a job's token.
/// It can rotate its keys and misbehave on purpose. Below any path of one or two segments it is one more issuer with the same keys, as GitHub is for an enterprise.
/// </summary>
public sealed class PipelineIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly List<IssuerKey> _keys = [IssuerKey.Create()];
    private int _discoveries;
    private int _keySets;

    private PipelineIssuer(WebApplication app, TimeProvider time)
    {
        _app = app;
        _time = time;
    }

    /// <summary>Its <c>iss</c>, <c>http://127.0.0.1:PORT</c>.</summary>
    public string Url { get; private set; } = "";

    /// <summary>What a runner has as <c>ACTIONS_ID_TOKEN_REQUEST_URL</c>: with a query, so that <c>&amp;audience=</c> is appended.</summary>
    public string RequestUrl => Url + "/token?api-version=2.0";

    /// <summary>What a runner has as <c>ACTIONS_ID_TOKEN_REQUEST_TOKEN</c>.</summary>
    public string RequestToken { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The job whose token the runner's endpoint gives.</summary>
    public WorkflowRun Run { get; set; } = new();

    /// <summary>The key that signs.</summary>
    public IssuerKey Key => _keys[^1];

    /// <summary>The keys that are published; the last one signs.</summary>
    public IList<IssuerKey> Keys => _keys;

    /// <summary>How the discovery document is served.</summary>
    public IssuerFault DiscoveryFault { get; set; }

    /// <summary>How the key set is served.</summary>
    public IssuerFault KeySetFault { get; set; }

    /// <summary>Changes the discovery document before it is served.</summary>
    public Action<JsonObject> Discovery { get; set; } = _ => { };

    /// <summary>Changes the key set before it is served.</summary>
    public Action<JsonObject> KeySet { get; set; } = _ => { };

    /// <summary>Where <see cref="IssuerFault.Redirect"/> sends.</summary>
    public string? Elsewhere { get; set; }

    /// <summary>Requests for the discovery document so far.</summary>
    public int DiscoveryRequests => Volatile.Read(ref _discoveries);

    /// <summary>Requests for the key set so far.</summary>
    public int KeySetRequests => Volatile.Read(ref _keySets);

    /// <summary>Completes when somebody waits for an answer that <see cref="IssuerFault.Slow"/> does not give.</summary>
    public TaskCompletionSource SomebodyWaits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Starts it on a free port: plain HTTP, or TLS for <c>localhost</c> with a certificate.</summary>
    public static async Task<PipelineIssuer> StartAsync(TimeProvider time, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        _ = builder.WebHost.UseKestrelCore();
        _ = certificate is null
            ? builder.WebHost.UseUrls("http://127.0.0.1:0")
            : builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        _ = builder.Services.AddRoutingCore();
        _ = builder.Logging.ClearProviders();
        var app = builder.Build();
        var issuer = new PipelineIssuer(app, time);
        _ = app.UseRouting();
        foreach (var below in (string[])["", "/{a}", "/{a}/{b}"])
        {
            _ = app.MapGet(below + "/.well-known/openid-configuration", (RequestDelegate)issuer.ServeDiscovery);
            _ = app.MapGet(below + "/.well-known/jwks", (RequestDelegate)issuer.ServeKeySet);
        }

        _ = app.MapGet("/token", (RequestDelegate)issuer.ServeToken);
        await app.StartAsync();
        issuer.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        issuer.Url = certificate is null ? issuer.Url : issuer.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        return issuer;
    }

    /// <summary>A token of <see cref="Run"/>, signed by <see cref="Key"/>; null as a member's value takes it out.</summary>
    public string IssueToken(Action<JsonObject>? claims = null, Action<JsonObject>? header = null, string audience = "sigstore", IssuerKey? key = null)
    {
        key ??= Key;
        var payload = Claims(audience);
        claims?.Invoke(payload);
        var head = Header(key);
        header?.Invoke(head);
        return RawToken.Sign(key, head.ToJsonString(), payload.ToJsonString());
    }

    /// <summary>The claims that <see cref="IssueToken"/> starts from.</summary>
    public JsonObject Claims(string audience = "sigstore") => Run.ToClaims(Url, audience, _time.GetUtcNow());

    /// <summary>The header that <see cref="IssueToken"/> starts from.</summary>
    public JsonObject Header(IssuerKey? key = null) =>
        new() { ["typ"] = "JWT", ["alg"] = (key ?? Key).Algorithm, ["x5t"] = "ykNaY4qM_ta4k2TgZOCEYLkcYlA", ["kid"] = (key ?? Key).Id };

    /// <summary>Signs with a new key from now on; the old one stays published unless it is withdrawn.</summary>
    public void Rotate(bool withdrawOld = false)
    {
        var next = Key.Next();
        if (withdrawOld)
        {
            _keys.Clear();
        }

        _keys.Add(next);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private Task ServeDiscovery(HttpContext context)
    {
        _ = Interlocked.Increment(ref _discoveries);
        var path = context.Request.Path.Value!;
        var issuer = Url + path[..path.IndexOf("/.well-known/", StringComparison.Ordinal)];
        var document = new JsonObject
        {
            ["issuer"] = issuer,
            ["jwks_uri"] = issuer + "/.well-known/jwks",
            ["subject_types_supported"] = new JsonArray("public", "pairwise"),
            ["response_types_supported"] = new JsonArray("id_token"),
            ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
            ["scopes_supported"] = new JsonArray("openid"),
        };
        Discovery(document);
        return Serve(context, document, DiscoveryFault);
    }

    private Task ServeKeySet(HttpContext context)
    {
        _ = Interlocked.Increment(ref _keySets);
        var document = new JsonObject { ["keys"] = new JsonArray([.. _keys.Select(key => key.ToJwk())]) };
        KeySet(document);
        return Serve(context, document, KeySetFault);
    }

    /// <summary>As the runner's service: bearer request token in, <c>{"count":…,"value":JWT}</c> out; without an audience the owner's URL.</summary>
    private async Task ServeToken(HttpContext context)
    {
        var expected = "bearer " + RequestToken;
        if (!string.Equals(context.Request.Headers.Authorization, expected, StringComparison.OrdinalIgnoreCase))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var audience = context.Request.Query["audience"].ToString();
        var token = IssueToken(audience: audience.Length > 0 ? audience : $"https://github.com/{Run.Owner}");
        await Write(context, new JsonObject { ["count"] = token.Length, ["value"] = token }.ToJsonString());
    }

    private async Task Serve(HttpContext context, JsonObject document, IssuerFault fault)
    {
        var text = document.ToJsonString();
        switch (fault)
        {
            case IssuerFault.Abort:
                context.Abort();
                break;
            case IssuerFault.ServerError:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                break;
            case IssuerFault.Redirect:
                context.Response.Redirect(Elsewhere + context.Request.Path.Value);
                break;
            case IssuerFault.Huge:
                await Write(context, text + new string(' ', 10_000_000));
                break;
            case IssuerFault.HugeChunked:
                await WriteChunks(context, text);
                break;
            case IssuerFault.Slow:
                await context.Response.WriteAsync("{", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                _ = SomebodyWaits.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            case IssuerFault.Html:
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync("<!doctype html><title>Sign in</title>");
                break;
            case IssuerFault.Half:
                await Write(context, text[..(text.Length / 2)]);
                break;
            case IssuerFault.DuplicateMember:
                var first = document.First();
                await Write(context, $"{{\"{first.Key}\":{first.Value!.ToJsonString()},{text.AsSpan(1)}");
                break;
            default:
                await Write(context, text);
                break;
        }
    }

    private static async Task WriteChunks(HttpContext context, string text)
    {
        await context.Response.WriteAsync(text);
        var space = Encoding.ASCII.GetBytes(new string(' ', 100_000));
        for (var i = 0; i < 100; i++)
        {
            // The caller hangs up at its cap, which is what is being tested.
            if (context.RequestAborted.IsCancellationRequested)
            {
                return;
            }

            await context.Response.Body.WriteAsync(space);
        }
    }

    private static Task Write(HttpContext context, string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes).AsTask();
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The way to an authority, on which requests and answers are lost as a test says.</summary>
internal sealed class RelayedAuthority(LiveAuthority authority) : HttpMessageHandler
{
    /// <summary>Where entries of the log are handed in.</summary>
    public const string Log = "/api/v2/log/entries";

    private readonly HttpClient _http = Http.Client(authority.Url);
    private HandlerServer? _server;

    /// <summary>What happens to a request of this path.</summary>
    public Func<string, Fate> Decide { get; set; } = _ => Fate.Answered;

    /// <summary>What a client must say in <c>Proxy-Authorization</c>, when this is used as a proxy; null for nothing.</summary>
    public string? LogIn { get; set; }

    /// <summary>Paths in the order in which they were asked for.</summary>
    public ConcurrentQueue<string> Asked { get; } = [];

    /// <summary>Completes when somebody waits for an answer that does not come.</summary>
    public TaskCompletionSource SomebodyWaits { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Base URL, which its signing config names too.</summary>
    public string Url => _server!.Url;

    /// <summary>What can become of a request.</summary>
    public enum Fate
    {
        /// <summary>It is done, and answered.</summary>
        Answered,

        /// <summary>It does not arrive.</summary>
        Down,

        /// <summary>It is done, and a gateway answers that it does not know.</summary>
        AnswerLost,

        /// <summary>It is done, and nobody answers.</summary>
        AnswerHeld,
    }

    /// <param name="certificate">Of a server that speaks TLS; null for plain HTTP.</param>
    public async Task<IAsyncDisposable> StartAsync(X509Certificate2? certificate = null) => _server = await HandlerServer.StartAsync(this, certificate: certificate);

    /// <summary>How many entries the log has.</summary>
    public async Task<long> EntriesAsync() =>
        long.Parse((await _http.GetStringAsync("/api/v2/checkpoint", TestContext.Current.CancellationToken)).Split('\n')[1], System.Globalization.CultureInfo.InvariantCulture);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        Asked.Enqueue(path);
        if (LogIn is not null && request.Headers.ProxyAuthorization?.ToString() != LogIn)
        {
            return new HttpResponseMessage(HttpStatusCode.ProxyAuthenticationRequired) { Headers = { ProxyAuthenticate = { new AuthenticationHeaderValue("Basic", "realm=\"proxy\"") } } };
        }

        request.Headers.ProxyAuthorization = null;
        var fate = Decide(path);
        if (fate == Fate.Down)
        {
            return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        }


        // As a proxy it is asked for the address of another one, and passes that on.
        var host = request.RequestUri.Authority == new Uri(Url).Authority ? authority.Url : request.RequestUri.GetLeftPart(UriPartial.Authority);
        request.RequestUri = new Uri(new Uri(host), request.RequestUri.PathAndQuery);
        request.Headers.Host = null;
        var answer = await _http.SendAsync(request, cancellationToken);
        if (fate == Fate.AnswerHeld)
        {
            SomebodyWaits.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        if (fate == Fate.AnswerLost)
        {
            answer.Dispose();
            return new HttpResponseMessage(HttpStatusCode.BadGateway);
        }

        if (path == "/signing_config.json")
        {
            var config = await answer.Content.ReadAsStringAsync(cancellationToken);
            answer.Content = new StringContent(config.Replace(authority.Url, Url, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        }

        return answer;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _http.Dispose();
        }

        base.Dispose(disposing);
    }
}

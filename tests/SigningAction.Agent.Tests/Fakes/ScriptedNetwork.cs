using System.Net;

namespace SigningAction.Agent.Tests.Fakes;

/// <summary>A network that plays answers in their order; the last one repeats. It records what was sent.</summary>
public sealed class ScriptedNetwork(params Func<HttpRequestMessage, HttpResponseMessage>[] answers) : HttpMessageHandler
{
    private int _calls;

    public List<(HttpMethod Method, Uri Address, string? Authorization, byte[] Body)> Requests { get; } = [];

    public static Func<HttpRequestMessage, HttpResponseMessage> Answer(HttpStatusCode status, string body = "", string mediaType = "application/json") => _ =>
        new HttpResponseMessage(status) { Content = new StringContent(body, System.Text.Encoding.UTF8, mediaType) };

    public static Func<HttpRequestMessage, HttpResponseMessage> Broken() => _ => throw new HttpRequestException(HttpRequestError.ConnectionError);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        Requests.Add((request.Method, request.RequestUri!, request.Headers.Authorization?.ToString(), body));
        return answers[Math.Min(_calls++, answers.Length - 1)](request);
    }
}

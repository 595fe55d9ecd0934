using System.Net;

namespace SigningAction.Verifier.Tests;

/// <summary>The whole network, in memory: answers by address, remembers what was asked. An address that nobody scripted is not found.</summary>
internal sealed class ScriptedNetwork : HttpMessageHandler
{
    private readonly Dictionary<string, Func<HttpRequestMessage, HttpResponseMessage>> _answers = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Each request as <c>ADDRESS AUTHORIZATION</c>, in their order.</summary>
    public List<string> Asked { get; } = [];

    public static HttpResponseMessage Answer(byte[] body, HttpStatusCode status = HttpStatusCode.OK, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    public ScriptedNetwork On(string address, Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        _answers[address] = answer;
        return this;
    }

    public ScriptedNetwork On(string address, byte[] body) => On(address, _ => Answer(body));

    public ScriptedNetwork On(string address, string body) => On(address, System.Text.Encoding.UTF8.GetBytes(body));

    public ScriptedNetwork On(string address, HttpStatusCode status, params (string Name, string Value)[] headers) => On(address, _ => Answer([], status, headers));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!.AbsoluteUri;
        lock (_gate)
        {
            Asked.Add($"{address} {request.Headers.Authorization}".TrimEnd());
        }

        return Task.FromResult(_answers.TryGetValue(address, out var answer) ? answer(request) : Answer([], HttpStatusCode.NotFound));
    }
}

namespace SigningAction.Agent.Tests.Fakes;

/// <summary>Several services, each at its host; a host that is none of them does not resolve.</summary>
public sealed class HostNetwork(params (string Host, HttpMessageHandler Service)[] services) : HttpMessageHandler
{
    private readonly Dictionary<string, HttpMessageInvoker> _services = services.ToDictionary(s => s.Host, s => new HttpMessageInvoker(s.Service, disposeHandler: false), StringComparer.Ordinal);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _services.TryGetValue(request.RequestUri!.Host, out var service)
            ? service.SendAsync(request, cancellationToken)
            : throw new HttpRequestException(HttpRequestError.NameResolutionError);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var service in _services.Values)
            {
                service.Dispose();
            }
        }

        base.Dispose(disposing);
    }
}

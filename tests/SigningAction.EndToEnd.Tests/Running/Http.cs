using System.Diagnostics.CodeAnalysis;

namespace SigningAction.EndToEnd.Tests.Running;

/// <summary>HTTP to a server of the test's own; no proxy, no redirect.</summary>
internal static class Http
{
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "One server, for the length of one test.")]
    public static HttpClient Client(string baseUrl, int connections = 256) =>
        new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, MaxConnectionsPerServer = connections }) { BaseAddress = new Uri(baseUrl) };
}

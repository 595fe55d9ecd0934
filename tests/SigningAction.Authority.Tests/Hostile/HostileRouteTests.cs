using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hostile;

/// <summary>There is one way from a token to a certificate, and policy stands in it (hostile case P-22).</summary>
public sealed class HostileRouteTests
{
    private static readonly string[] GuessedRoutes =
    [
        "/api/v1/signingCert", "/api/v2/signingCert/", "/API/V2/SIGNINGCERT", "/api/v2/renew", "/api/v1/renew", "/api/v2/sign", "/sign", "/token", "/admin/test", "/api/v2/admin/signingCert",
        "/dev.sigstore.fulcio.v2.CA/CreateSigningCertificate",
    ];

    /// <summary>P-22.</summary>
    [Fact]
    public async Task P22_no_route_gives_a_certificate_to_a_pipeline_that_the_policy_refuses()
    {
        var endpoints = new Endpoints();
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions
        {
            Policy = issuer => $"version: 1\nallow: none\n# {issuer.Url}\n",
            Configure = builder => builder.Services.AddSingleton<IHostedService>(services =>
            {
                endpoints.Services = services;
                return endpoints;
            }),
        });
        var posts = endpoints.TakingPosts();
        Assert.Equal(["/api/v1/bundles", "/api/v1/timestamp", "/api/v2/log/entries", "/api/v2/signingCert"], posts);

        using var signer = new TestSigner(authority.Client);
        var subject = (string)authority.Issuer.Claims()["sub"]!;
        foreach (var path in posts.Concat(GuessedRoutes))
        {
            foreach (var isHeader in (bool[])[true, false])
            {
                var token = authority.Issuer.IssueToken();
                using var answer = await signer.PostAsync(path, signer.WithPublicKey(subject, isHeader ? null : token), isHeader ? token : null);
                Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
                if (string.Equals(path.TrimEnd('/'), "/api/v2/signingCert", StringComparison.OrdinalIgnoreCase))
                {
                    Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
                    Assert.Equal("NO_RULES", (await authority.AuditAsync())[^1].Reason);
                }
            }
        }

        Assert.Equal(0, authority.CertificatesIssued());
    }

    private sealed class Endpoints : IHostedService
    {
        public IServiceProvider? Services { get; set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public string[] TakingPosts() =>
        [
            .. Services!.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Any(method => method is not ("GET" or "HEAD")) != false)
                .Select(endpoint => endpoint.RoutePattern.RawText!)
                .Order(StringComparer.Ordinal),
        ];
    }
}

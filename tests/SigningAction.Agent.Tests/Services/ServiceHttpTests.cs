using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAction.Agent.Services;

namespace SigningAction.Agent.Tests.Services;

/// <summary>N-11: TLS that this machine does not trust, against a real listener.</summary>
public class ServiceHttpTests
{
    [Fact]
    public async Task A_self_signed_certificate_is_refused_and_named()
    {
        var refused = await RefusedAsync(days: 1);
        Assert.Contains("an authority that this machine does not trust", refused.Message, StringComparison.Ordinal);
        Assert.Contains("CN=proxy.test", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SHA-256", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_and_named()
    {
        var refused = await RefusedAsync(days: -1);
        Assert.Contains("has expired", refused.Message, StringComparison.Ordinal);
        Assert.Contains("CN=proxy.test", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_refused_and_named()
    {
        var refused = await RefusedAsync(days: 1, host: "elsewhere.test");
        Assert.Contains("for another host name", refused.Message, StringComparison.Ordinal);
        Assert.Contains("CN=proxy.test", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A proxy that opens connections, as many companies have one.</summary>
    [Fact]
    public async Task A_certificate_of_a_proxy_in_between_is_refused_and_its_authority_is_named()
    {
        var refused = await RefusedAsync(days: 1, issuer: "CN=Corporate Proxy Authority");
        Assert.Contains("an authority that this machine does not trust", refused.Message, StringComparison.Ordinal);
        Assert.Contains("issued by 'CN=Corporate Proxy Authority'", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SSL_CERT_FILE", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_TLS_1_1_is_refused()
    {
#pragma warning disable SYSLIB0039, CA5397 // The old version is what this is about.
        var failed = await RefusedAsync(days: 1, protocols: SslProtocols.Tls11, expected: null);
#pragma warning restore SYSLIB0039, CA5397
        Assert.Contains(failed.Fault, new[] { AgentFault.TlsUntrusted, AgentFault.ServiceUnavailable });
    }

    [Fact]
    public void There_is_no_redirect_no_cookie_and_no_decompression()
    {
        using var handler = ServiceHttp.CreateHandler();
        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
        Assert.Equal(DecompressionMethods.None, handler.AutomaticDecompression);
    }

    [SuppressMessage("Reliability", "CA2025:Ensure tasks using 'IDisposable' instances complete before the instances are disposed", Justification = "The task is awaited after the listener was stopped, which ends it.")]
    private static async Task<AgentException> RefusedAsync(
        int days, string host = "localhost", SslProtocols protocols = SslProtocols.None, AgentFault? expected = AgentFault.TlsUntrusted, string? issuer = null)
    {
        using var certificate = Certificate(days, host, issuer);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener, certificate, protocols);
        using var http = ServiceHttp.CreateClient();

        // A refusal ends it at once. Without one it is tried again until the time is up, and the sooner the better.
        var client = new ServiceClient(http, TimeProvider.System, expected is null ? TimeSpan.FromSeconds(1) : WaitBudget.Default);
        var failed = await Assert.ThrowsAsync<AgentException>(() => client.SendAsync(
            new ServiceRequest
            {
                Service = "the authority",
                Method = HttpMethod.Get,
                Address = new Uri($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/"),
                Accept = "application/json",
                Bearer = "must-not-leave",
            },
            TestContext.Current.CancellationToken));
        listener.Stop();
        Assert.DoesNotContain("must-not-leave", await serving, StringComparison.Ordinal);
        if (expected is { } fault)
        {
            Assert.Equal(fault, failed.Fault);
        }

        return failed;
    }

    /// <summary>Everything that clients said after the handshake.</summary>
    private static async Task<string> ServeAsync(TcpListener listener, X509Certificate2 certificate, SslProtocols protocols)
    {
        var heard = "";
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                try
                {
                    await using var tls = new SslStream(client.GetStream());
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate, EnabledSslProtocols = protocols });
                    var buffer = new byte[4096];
                    heard += System.Text.Encoding.ASCII.GetString(buffer, 0, await tls.ReadAsync(buffer));
                }
                catch (Exception e) when (e is IOException or AuthenticationException)
                {
                    // The client went away, as it should.
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            return heard;
        }
    }

    private static X509Certificate2 Certificate(int days, string host, string? issuer)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=proxy.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = issuer is null ? null : request.Create(
            new X500DistinguishedName(issuer), X509SignatureGenerator.CreateForECDsa(authorityKey), now.AddDays(-2), now.AddDays(days), [1, 2, 3]);
        using var certificate = issued?.CopyWithPrivateKey(key) ?? request.CreateSelfSigned(now.AddDays(-2), now.AddDays(days));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}

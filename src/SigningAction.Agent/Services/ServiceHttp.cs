using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SigningAction.Agent.Pipelines;

namespace SigningAction.Agent.Services;

/// <summary>Makes the one HttpClient of a run: no redirects, no cookies, no decompression, and a TLS refusal that names the certificate.</summary>
public static class ServiceHttp
{
    /// <summary>A client on the network, or on <paramref name="network"/> where it is given (it stays the caller's).</summary>
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "This is the factory.")]
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The client owns the handler and disposes it.")]
    public static HttpClient CreateClient(HttpMessageHandler? network = null)
    {
        var client = network is null
            ? new HttpClient(CreateHandler(), disposeHandler: true)
            : new HttpClient(network, disposeHandler: false);

        // Every request has a time-out of its own, which the client's would only blur.
        client.Timeout = Timeout.InfiniteTimeSpan;
        var version = typeof(ServiceHttp).Assembly.GetName().Version ?? new Version(0, 0);
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"signing-agent/{version.ToString(3)}");
        return client;
    }

    /// <summary>The handler alone.</summary>
    /// <param name="dialer">Makes the connections; null for the system's network.</param>
    [SuppressMessage("Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "A machine's default may still allow TLS 1.0; what is listed here is the floor.")]
    [SuppressMessage("Security", "CA5359:Do Not Disable Certificate Validation", Justification =
        "It never accepts what the platform refuses: it returns true only where the platform found no error, and throws otherwise.")]
    public static SocketsHttpHandler CreateHandler(Dialer? dialer = null) => new()
    {
        ConnectCallback = (context, cancellation) => (dialer ?? Dialer.OfSystem).ConnectAsync(context.DnsEndPoint, cancellation),
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            RemoteCertificateValidationCallback = Validate,
        },
    };

    /// <summary>Decides as the platform does, and only says why: there is no way to switch this off.</summary>
    private static bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        var why = errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) ? "the server shows no certificate"
            : errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "the certificate is for another host name"
            : chain?.ChainStatus is { Length: > 0 } faults ? ChainFault(faults.Aggregate(X509ChainStatusFlags.NoError, (all, fault) => all | fault.Status))
            : "the certificate is not trusted";
        var which = certificate is null
            ? ""
            : $" The certificate is for '{UntrustedText.OneLine(certificate.Subject)}', issued by '{UntrustedText.OneLine(certificate.Issuer)}', "
                + $"SHA-256 {certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256)}.";
        throw new AuthenticationException(
            $"{why}.{which} If a proxy of your organisation or a private authority issued it, add that authority to the trusted certificates of this machine (SSL_CERT_FILE).");
    }

    private static string ChainFault(X509ChainStatusFlags status) =>
        status.HasFlag(X509ChainStatusFlags.NotTimeValid) ? "the certificate has expired or is not valid yet, by the clock of this machine"
        : status.HasFlag(X509ChainStatusFlags.UntrustedRoot) || status.HasFlag(X509ChainStatusFlags.PartialChain) ? "the certificate comes from an authority that this machine does not trust"
        : $"the certificate is not trusted ({status})";
}

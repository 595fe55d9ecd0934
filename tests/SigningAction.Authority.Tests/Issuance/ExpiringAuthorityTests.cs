using System.Net;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Issuance;

/// <summary>L-24: nothing is issued that ends after its authority.</summary>
public sealed class ExpiringAuthorityTests
{
    [Fact]
    public async Task A_certificate_that_would_outlive_its_authority_is_not_issued()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Time = time });
        using var signer = new TestSigner(authority.Client);
        var end = authority.Host.Material.Chain.Certificates.Min(certificate => certificate.NotAfter);

        // Stopped meanwhile: its timers would run through ten years.
        await authority.StopAsync();
        time.SetUtcNow(end - CertificateIssuer.Lifetime);
        await authority.StartAgainAsync();
        Assert.Equal(HttpStatusCode.OK, (await signer.ExchangeAsync(authority.Issuer)).StatusCode);
        time.Advance(TimeSpan.FromSeconds(1));
        await (await signer.ExchangeAsync(authority.Issuer)).FulcioErrorAsync(HttpStatusCode.ServiceUnavailable, 14, "ISSUER_EXPIRES");
        Assert.Equal(1, authority.CertificatesIssued());
    }
}

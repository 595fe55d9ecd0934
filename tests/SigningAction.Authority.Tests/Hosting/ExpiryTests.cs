using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Tests.Clock;
using SigningAction.Evidence.Timestamps;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>The end of the authority's own certificates (L-24), and what else is fixed at init.</summary>
public sealed class ExpiryTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Weeks_before_the_certificates_end_it_warns_and_then_refuses_early_and_says_why()
    {
        // Only the clock moves, by years: timers that fire every second would fire for all of them.
        var uptime = new FakeTimeProvider(Start);
        var time = new MovableClock(uptime);
        var log = new LogLines();
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Time = time, Log = log });
        using var signer = new TestSigner(authority.Client);
        var end = Expiry.EndOfUse(authority.Host.Material);
        Assert.Equal("valid", await CertificatesAsync(authority));
        Assert.DoesNotContain(log.Lines, line => line.Contains("can be used until", StringComparison.Ordinal));

        time.Set = end - Expiry.Warning - Start;
        await authority.StopAsync();
        await authority.StartAgainAsync();
        Assert.Equal("expire soon", await CertificatesAsync(authority));
        Assert.Contains(log.Lines, line => line.StartsWith("Warning The authority's own certificates can be used until", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await signer.ExchangeAsync(authority.Issuer)).StatusCode);

        time.Set = end - Start;
        Assert.Equal(HttpStatusCode.OK, (await signer.ExchangeAsync(authority.Issuer)).StatusCode);
        time.Set += TimeSpan.FromSeconds(1);
        await (await signer.ExchangeAsync(authority.Issuer)).FulcioErrorAsync(HttpStatusCode.ServiceUnavailable, 14, "ISSUER_EXPIRES");
        Assert.Equal("ISSUER_EXPIRES", (await authority.AuditAsync())[^1].Reason);
        Assert.Equal("expired", await CertificatesAsync(authority));
        Assert.NotEmpty(await signer.StampAsync([1]));

        time.Set += CertificateIssuer.Lifetime;
        using var stamp = new ByteArrayContent(TimestampRequest.ForSignature([1]).Encode());
        stamp.Headers.ContentType = new("application/timestamp-query");
        await (await authority.Client.PostAsync("/api/v1/timestamp", stamp)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "TIMESTAMP_CERTIFICATE_EXPIRED");

        await authority.StopAsync();
        var refused = await Assert.ThrowsAsync<ConfigurationRefusedException>(authority.StartAgainAsync);
        Assert.Contains("are good until", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1")]
    [InlineData("http://localhost")]
    [InlineData("https://127.0.0.1")]
    public async Task A_changed_url_stops_the_start_and_says_what_it_was(string changed)
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        await authority.StopAsync();
        var text = await File.ReadAllTextAsync(authority.Paths.Configuration);
        await File.WriteAllTextAsync(
            authority.Paths.Configuration, text.Replace($"\"url\": \"{authority.Url}\"", $"\"url\": \"{changed}\"", StringComparison.Ordinal));
        var refused = await Assert.ThrowsAsync<ConfigurationRefusedException>(authority.StartAgainAsync);
        Assert.Contains($"url is {changed}, and this authority was made for {authority.Url}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_record_of_its_url_it_does_not_start()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        await authority.StopAsync();
        File.Delete(authority.Paths.FixedUrl);
        var refused = await Assert.ThrowsAsync<ConfigurationRefusedException>(authority.StartAgainAsync);
        Assert.Contains("Restore it from the backup", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_as_an_exchange_is_counted_in_the_audit()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        foreach (var body in new[] { "{", "[]", "{}", "{\"a\":1,\"a\":2}" })
        {
            using var content = new StringContent(body);
            await (await authority.Client.PostAsync("/api/v2/signingCert", content)).FulcioErrorAsync(HttpStatusCode.BadRequest, 3, "REQUEST_MALFORMED");
        }

        using (var large = new StringContent(new string(' ', 300_000)))
        {
            await (await authority.Client.PostAsync("/api/v2/signingCert", large)).FulcioErrorAsync(HttpStatusCode.RequestEntityTooLarge, 3, "BODY_TOO_LARGE");
        }

        await authority.StopAsync();
        await authority.StartAgainAsync();
        var counts = (await authority.AuditAsync()).Single(audit => audit.Kind == RefusalCounter.Kind).Counts!;
        Assert.Equal([("BODY_TOO_LARGE", 1L), ("REQUEST_MALFORMED", 4L)], counts.Select(count => (count.Key, count.Value)).Order());
    }

    private static async Task<string> CertificatesAsync(AuthorityInProcess authority) =>
        (string)JsonNode.Parse(await (await authority.Client.GetAsync("/readyz")).Content.ReadAsStringAsync())!["certificates"]!;
}

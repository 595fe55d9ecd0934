using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using SigningAction.Authority.Clock;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Timestamps;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Clock;

/// <summary>A whole authority whose clock somebody sets.</summary>
public sealed class DoubtTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public async Task A_clock_that_is_set_by_an_hour_issues_and_stamps_nothing_until_it_is_set_right(int seconds)
    {
        await using var lab = new TimeLab();
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Time = lab.Clock, Clock = lab.Options, Log = lab.Log });
        using var signer = new TestSigner(authority.Client);
        Assert.Equal(HttpStatusCode.OK, (await signer.ExchangeAsync(authority.Issuer)).StatusCode);
        Assert.Equal("ready", await ClockAsync(authority));

        lab.Clock.Set = TimeSpan.FromSeconds(seconds);
        var refused = await signer.ExchangeAsync(authority.Issuer);
        var said = await refused.FulcioErrorAsync(HttpStatusCode.ServiceUnavailable, 14, "CLOCK_IN_DOUBT");
        Assert.Contains("an administrator must look at the clock", said, StringComparison.Ordinal);
        Assert.NotNull(refused.Headers.RetryAfter);
        using (var stamp = new ByteArrayContent(TimestampRequest.ForSignature([1]).Encode()))
        {
            stamp.Headers.ContentType = new("application/timestamp-query");
            await (await authority.Client.PostAsync("/api/v1/timestamp", stamp, Cancellation)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "CLOCK_IN_DOUBT");
        }

        Assert.StartsWith("in doubt", await ClockAsync(authority), StringComparison.Ordinal);

        // The logs go on: they do not say when. And what they write in the meantime does not carry the wrong hour into the time after.
        Assert.Equal(HttpStatusCode.Created, (await signer.PostAsync("/api/v2/log/entries", await RecordAsync(signer, authority, lab))).StatusCode);
        lab.True.Advance(RefusalCounter.Interval);

        // The comparison that this starts must not still be under way when the clock is right again: it would find the wrong hour after it has gone.
        await Eventually.TrueAsync(
            () => lab.Clock.Deadlines == 0 && lab.Log.Lines.Count(line => line.Contains("s ahead of the clock", StringComparison.Ordinal)) >= lab.Servers.Count,
            () => "Nothing was compared.");
        lab.Clock.Set = TimeSpan.Zero;
        await lab.UntilAsync(async () => await ClockAsync(authority) == "ready", TimeSpan.FromSeconds(1));
        using var granted = await signer.ExchangeAsync(authority.Issuer);
        Assert.True(granted.StatusCode == HttpStatusCode.OK, await granted.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(3, authority.CertificatesIssued());
        var counts = (await authority.AuditAsync()).Where(audit => audit.Counts is not null).SelectMany(audit => audit.Counts!);
        Assert.Equal(("CLOCK_IN_DOUBT", 1), counts.Select(count => (count.Key, count.Value)).Single());
    }

    /// <summary>L-20: the last good comparison serves for a while, and then nothing is signed.</summary>
    [Fact]
    public async Task L20_an_authority_whose_sources_fall_silent_is_degraded_for_half_an_hour_and_signs_nothing_after_it_until_they_are_back()
    {
        await using var lab = new TimeLab();
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Time = lab.Clock, Clock = lab.Options });
        using var signer = new TestSigner(authority.Client);
        Assert.Equal("ready", await ClockAsync(authority));
        foreach (var server in lab.Servers)
        {
            server.Fault = TimeServerFault.Silent;
        }

        await PassAsync(lab, async () => await ReadinessAsync(authority) == (HttpStatusCode.OK, "degraded"));
        Assert.Equal(HttpStatusCode.OK, (await signer.ExchangeAsync(authority.Issuer)).StatusCode);
        Assert.NotEmpty(await signer.StampAsync([1]));
        Assert.DoesNotContain("in doubt", await ClockAsync(authority), StringComparison.Ordinal);

        lab.True.Advance(TimeSpan.FromMinutes(31));
        await PassAsync(lab, async () => await ReadinessAsync(authority) == (HttpStatusCode.ServiceUnavailable, "not ready"));
        Assert.Equal("in doubt: time sources cannot be reached", await ClockAsync(authority));
        var issued = authority.CertificatesIssued();
        await (await signer.ExchangeAsync(authority.Issuer)).FulcioErrorAsync(HttpStatusCode.ServiceUnavailable, 14, "CLOCK_IN_DOUBT");
        using (var stamp = new ByteArrayContent(TimestampRequest.ForSignature([1]).Encode()))
        {
            stamp.Headers.ContentType = new("application/timestamp-query");
            await (await authority.Client.PostAsync("/api/v1/timestamp", stamp, Cancellation)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "CLOCK_IN_DOUBT");
        }

        Assert.Equal(issued, authority.CertificatesIssued());
        foreach (var server in lab.Servers)
        {
            server.Fault = TimeServerFault.None;
        }

        await PassAsync(lab, async () => await ReadinessAsync(authority) == (HttpStatusCode.OK, "ready"));
        Assert.Equal(HttpStatusCode.OK, (await signer.ExchangeAsync(authority.Issuer)).StatusCode);
    }

    [Fact]
    public async Task An_authority_whose_sources_cannot_be_reached_starts_and_signs_nothing_until_they_can()
    {
        await using var lab = new TimeLab(servers: 1);
        lab.Servers[0].Fault = TimeServerFault.Silent;
        Task<AuthorityInProcess> starting = null!;
        await lab.PassAsync(() => starting = AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Time = lab.Clock, Clock = lab.Options }));
        await using var authority = await starting;
        using var signer = new TestSigner(authority.Client);
        await (await signer.ExchangeAsync(authority.Issuer)).FulcioErrorAsync(HttpStatusCode.ServiceUnavailable, 14, "CLOCK_IN_DOUBT");
        Assert.Equal("in doubt: time sources cannot be reached", await ClockAsync(authority));
        lab.Servers[0].Fault = TimeServerFault.None;
        await lab.UntilAsync(async () => await ClockAsync(authority) == "ready", TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await signer.ExchangeAsync(authority.Issuer)).StatusCode);
    }

    [Theory]
    [InlineData("2026-10-25T00:59:58Z")] // Summer time ends in Europe at 01:00 UTC.
    [InlineData("2027-03-28T00:59:58Z")] // And begins.
    [InlineData("2036-02-07T06:28:14Z")] // NTP's first era ends.
    [InlineData("2038-01-19T03:14:06Z")] // 32 bits of seconds end.
    [InlineData("2026-12-31T23:59:58Z")] // Where a leap second would be.
    public async Task Stamps_and_promises_of_the_certificate_log_never_go_back(string start)
    {
        await using var lab = new TimeLab(DateTimeOffset.Parse(start, CultureInfo.InvariantCulture));
        lab.True.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("Europe/Zurich"));
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Time = lab.Clock, Clock = lab.Options });
        using var signer = new TestSigner(authority.Client);
        var (promised, stamped) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        for (var i = 0; i < 12; i++)
        {
            // A leap second as Linux makes one: 23:59:59 comes twice.
            lab.Clock.Set = TimeSpan.FromSeconds(i >= 6 ? -1 : 0);
            var certificate = SigningCertificate.Parse(await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(authority.Issuer)));
            var sct = certificate.Scts.Single().Time;
            var stamp = TimestampVerifier.Verify(await signer.StampAsync([1]), [1], authority.Host.Trust.Root.TimestampAuthorities).Time;
            Assert.True(sct >= promised && stamp >= stamped, $"{i}: {sct:O} after {promised:O}, {stamp:O} after {stamped:O}");
            Assert.InRange(certificate.NotBefore, sct - TimeSpan.FromSeconds(2), sct);
            (promised, stamped) = (sct, stamp);
            lab.True.Advance(TimeSpan.FromMilliseconds(350));
        }
    }

    private static async Task<JsonObject> RecordAsync(TestSigner signer, AuthorityInProcess authority, TimeLab lab)
    {
        var set = lab.Clock.Set;
        lab.Clock.Set = TimeSpan.Zero;
        var certificate = await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(authority.Issuer));
        lab.Clock.Set = set;
        Assert.StartsWith("in doubt", await ClockAsync(authority), StringComparison.Ordinal);
        return TestSigner.Record(System.Security.Cryptography.SHA256.HashData([7]), signer.Sign([7]), certificate);
    }

    /// <summary>
    /// Lets time go on, also for those who wait for a server that says nothing. A question to one that answers is given time; one that was asked before it did must not wait for ever.
    /// </summary>
    private static Task PassAsync(TimeLab lab, Func<Task<bool>> condition)
    {
        var polls = 0;
        return Eventually.TrueAsync(
            async () =>
            {
                if (await condition())
                {
                    return true;
                }

                if (lab.Clock.Deadlines == 0 || lab.Servers[0].Fault == TimeServerFault.Silent || ++polls % 100 == 0)
                {
                    lab.True.Advance(TimeSpan.FromSeconds(1));
                }

                return false;
            },
            () => "Waited in vain.");
    }

    private static async Task<(HttpStatusCode, string)> ReadinessAsync(AuthorityInProcess authority)
    {
        using var answer = await authority.Client.GetAsync("/readyz", Cancellation);
        return (answer.StatusCode, (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!["status"]!);
    }

    private static async Task<string> ClockAsync(AuthorityInProcess authority) =>
        (string)JsonNode.Parse(await (await authority.Client.GetAsync("/readyz")).Content.ReadAsStringAsync())!["clock"]!;
}

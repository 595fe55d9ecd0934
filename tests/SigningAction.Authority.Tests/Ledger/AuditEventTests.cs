using System.Text;
using SigningAction.Authority.Ledger;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Tests.Ledger;

public sealed class AuditEventTests
{
    private static readonly AuditEvent Full = new()
    {
        Time = new DateTimeOffset(2026, 11, 23, 11, 0, 0, 123, TimeSpan.FromHours(1)).AddTicks(4567),
        Kind = "exchange",
        Decision = AuditDecision.Allowed,
        CorrelationId = "c1",
        Rule = "release",
        PolicyVersion = "00ff",
        Identity = new PipelineIdentity { Issuer = "https://issuer.example", Subject = "s", SignerUri = "https://h/w@r", Environment = "prodüktion" },
        Certificate = new AuditCertificate("0a", "ff", 7, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMinutes(10)),
    };

    [Fact]
    public void An_event_reads_back_as_it_was_written()
    {
        Assert.Equal(Full, AuditEvent.FromLeaf(Full.ToLeaf()));
        var summary = new AuditEvent
        {
            Time = DateTimeOffset.UnixEpoch,
            Kind = "unauthenticated",
            Decision = AuditDecision.Refused,
            CorrelationId = "m",
            Counts = new Dictionary<string, long> { ["TOKEN"] = 3 },
        };
        Assert.Equal(3, AuditEvent.FromLeaf(summary.ToLeaf()).Counts!["TOKEN"]);
    }

    [Fact]
    public void An_event_has_one_form()
    {
        Assert.Equal(
            """{"version":1,"time":"2026-11-23T10:00:00.123+00:00","kind":"exchange","decision":"allowed","correlationId":"c1","identity":{"issuer":"https://issuer.example","subject":"s","signerUri":"https://h/w@r","environment":"prodüktion"},"rule":"release","policyVersion":"00ff","certificate":{"serial":"0a","sha256":"ff","logIndex":7,"notBefore":"1970-01-01T00:00:00+00:00","notAfter":"1970-01-01T00:10:00+00:00"}}""",
            Encoding.UTF8.GetString(Full.ToLeaf()));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("{\"version\":1", "{\"version\":2")]
    [InlineData("\"kind\":", "\"kind\": ")]
    [InlineData("\"decision\":\"allowed\"", "\"decision\":\"none\"")]
    [InlineData("\"decision\":\"allowed\"", "\"decision\":1")]
    [InlineData("\"decision\":\"allowed\"", "\"decision\":\"perhaps\"")]
    [InlineData("\"rule\":", "\"token\":\"x\",\"rule\":")]
    [InlineData("\"rule\":", "\"rule\":\"a\",\"rule\":")]
    [InlineData("\"kind\":\"exchange\",", "")]
    [InlineData("\"kind\":\"exchange\"", "\"kind\":null")]
    [InlineData("10:00:00.123+00:00", "11:00:00.123+01:00")]
    [InlineData("\"logIndex\":7,", "")]
    public void Any_other_form_is_refused(string what, string with)
    {
        var text = Encoding.UTF8.GetString(Full.ToLeaf());
        var changed = what.Length == 0 ? "" : text.Replace(what, with, StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        var refusal = Assert.Throws<EvidenceException>(() => AuditEvent.FromLeaf(Encoding.UTF8.GetBytes(changed)));
        Assert.Equal(FailureCode.LogEntryMalformed, refusal.Code);
    }
}

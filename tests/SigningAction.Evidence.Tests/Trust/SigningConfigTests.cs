using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Trust;

public sealed class SigningConfigTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_certificate_authority_is_the_newest_valid_one_of_a_spoken_version()
    {
        var config = Parse(json => json["caUrls"] = new JsonArray(
            Service("https://old", 1, "2025-01-01T00:00:00Z"),
            Service("https://ended", 1, "2026-03-01T00:00:00Z", end: "2026-05-31T23:59:59Z"),
            Service("https://newest", 1, "2026-02-01T00:00:00Z"),
            Service("https://future", 1, "2026-06-01T00:00:01Z"),
            Service("https://unspoken", 2, "2026-02-01T00:00:00Z")));
        Assert.Equal("https://newest", config.SelectCertificateAuthority(Now).Url);
    }

    [Fact]
    public void Both_ends_of_a_validity_are_inside()
    {
        var config = Parse(json => json["caUrls"] = new JsonArray(Service("https://now", 1, "2026-06-01T00:00:00Z", end: "2026-06-01T00:00:00Z")));
        Assert.Equal("https://now", config.SelectCertificateAuthority(Now).Url);
    }

    [Fact]
    public void Logs_of_two_versions_are_never_mixed()
    {
        var config = Parse(json =>
        {
            json["rekorTlogUrls"] = new JsonArray(Service("https://v1", 1, op: "a"), Service("https://v2", 2, op: "b"));
            json["rekorTlogConfig"] = new JsonObject { ["selector"] = "ALL" };
        });
        Assert.Equal(["https://v2"], config.SelectLogs([1, 2], Now).Select(s => s.Url));
        Assert.Equal(["https://v1"], config.SelectLogs([1], Now).Select(s => s.Url));
    }

    [Fact]
    public void An_exact_count_that_the_highest_version_cannot_meet_is_refused()
    {
        var config = Parse(json =>
        {
            json["rekorTlogUrls"] = new JsonArray(Service("https://v1", 1, op: "a"), Service("https://v1b", 1, op: "c"), Service("https://v2", 2, op: "b"));
            json["rekorTlogConfig"] = new JsonObject { ["selector"] = "EXACT", ["count"] = 2 };
        });
        Refusal.Is(FailureCode.SigningConfigMalformed, () => config.SelectLogs([1, 2], Now));
        Assert.Equal(2, config.SelectLogs([1], Now).Count);
    }

    [Fact]
    public void An_operator_counts_once_with_its_newest_service()
    {
        var config = Parse(json =>
        {
            json["tsaUrls"] = new JsonArray(Service("https://a-old", 1, "2025-01-01T00:00:00Z", op: "a"), Service("https://a-new", 1, "2026-01-01T00:00:00Z", op: "a"), Service("https://b", 1, op: "b"));
            json["tsaConfig"] = new JsonObject { ["selector"] = "ALL" };
        });
        Assert.Equal(["https://a-new", "https://b"], config.SelectTimestampAuthorities(Now).Select(s => s.Url).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("EXACT", 0)]
    [InlineData("EXACT", -1)]
    [InlineData("EXACT", 3)]
    [InlineData("EXACT", null)]
    [InlineData("SERVICE_SELECTOR_UNDEFINED", null)]
    [InlineData("ANYTHING", null)]
    [InlineData(null, null)]
    public void A_selector_that_says_nothing_or_too_much_is_refused(string? selector, int? count)
    {
        var config = Parse(json =>
        {
            json["tsaUrls"] = new JsonArray(Service("https://a", 1, op: "a"), Service("https://b", 1, op: "b"));
            json["tsaConfig"] = new JsonObject { ["selector"] = selector, ["count"] = count };
        });
        Refusal.Is(FailureCode.SigningConfigMalformed, () => config.SelectTimestampAuthorities(Now));
    }

    [Fact]
    public void No_certificate_authority_is_refused_and_no_timestamp_authority_is_an_answer()
    {
        var config = Parse(json =>
        {
            json["caUrls"] = new JsonArray();
            json.Remove("tsaUrls");
            json.Remove("tsaConfig");
        });
        Refusal.Is(FailureCode.SigningConfigMalformed, () => config.SelectCertificateAuthority(Now));
        Assert.Empty(config.SelectTimestampAuthorities(Now));
    }

    [Fact]
    public void Other_forms_are_refused()
    {
        Refusal.Is(FailureCode.SigningConfigMalformed, () => Parse(json => json["mediaType"] = "application/vnd.dev.sigstore.signingconfig.v0.1+json"));
        Refusal.Is(FailureCode.SigningConfigMalformed, () => Parse(json => json["extra"] = 1));
        Refusal.Is(FailureCode.SigningConfigMalformed, () => Parse(json => json["caUrls"]![0]!.AsObject().Remove("validFor")));
        Refusal.Is(FailureCode.SigningConfigMalformed, () => Parse(json => json["caUrls"]![0]!["url"] = string.Empty));
        Refusal.Is(FailureCode.SigningConfigMalformed, () => Parse(json => json["caUrls"]![0]!["validFor"]!["start"] = "2026-01-01T00:00:00"));
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var service = new SigningService("https://x", 1, new Validity(Now), "op");
        var config = SigningConfig.Parse(SigningConfig.Create(service, service with { MajorApiVersion = 2 }, service).ToJson());
        Assert.Equal(service, config.SelectCertificateAuthority(Now));
        Assert.Equal(service, config.SelectTimestampAuthorities(Now).Single());
        Assert.Equal(2, config.SelectLogs([2], Now).Single().MajorApiVersion);
    }

    private static SigningConfig Parse(Action<JsonObject> change)
    {
        var json = new JsonObject
        {
            ["mediaType"] = SigningConfig.MediaType,
            ["caUrls"] = new JsonArray(Service("https://ca", 1)),
            ["rekorTlogUrls"] = new JsonArray(Service("https://log", 2)),
            ["rekorTlogConfig"] = new JsonObject { ["selector"] = "ANY" },
            ["tsaUrls"] = new JsonArray(Service("https://tsa", 1)),
            ["tsaConfig"] = new JsonObject { ["selector"] = "ANY" },
        };
        change(json);
        return SigningConfig.Parse(JsonSerializer.SerializeToUtf8Bytes(json));
    }

    private static JsonObject Service(string url, int version, string start = "2026-01-01T00:00:00Z", string? end = null, string op = "op")
    {
        var validFor = new JsonObject { ["start"] = start };
        if (end is not null)
        {
            validFor["end"] = end;
        }

        return new JsonObject { ["url"] = url, ["majorApiVersion"] = version, ["validFor"] = validFor, ["operator"] = op };
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Transparency;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>What a run refuses, with its code, its sentence, and nothing on disk.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly SmallSigstore _sigstore;
    private readonly TestPlace _place;

    public RefusalTests()
    {
        _sigstore = new SmallSigstore(_time) { Token = () => TestTokens.Create(_time.GetUtcNow().AddMinutes(5)) };
        _place = new TestPlace { Network = _sigstore, Time = _time }.AsGitHubJob(SmallSigstore.TokenUrl);
        _place.Write("app.zip", "app");
    }

    [Fact]
    public async Task A_job_without_permission_is_told_the_line_to_add()
    {
        _place.Variables.Remove("ACTIONS_ID_TOKEN_REQUEST_URL");
        await RefusedAsync(AgentFaults.Refused, "NO_IDENTITY", "`permissions: id-token: write`");
    }

    [Fact]
    public async Task A_refusal_by_policy_shows_the_authoritys_reason_as_text()
    {
        _sigstore.Instead = (path, _) => path != "/api/v2/signingCert" ? null : SmallSigstore.Answer(
            """{"code":3,"message":"No rule allows ref 'refs/heads/x'.\n::add-mask::no Ask an admin for a rule.","details":[]}""", HttpStatusCode.BadRequest);
        await RefusedAsync(AgentFaults.Refused, "REFUSED_BY_SERVICE", "No rule allows ref 'refs/heads/x'.");
        Assert.DoesNotContain(_place.Error.ToString().Split('\n'), l => l.StartsWith("::add-mask::no", StringComparison.Ordinal));
        Assert.Equal(0, _sigstore.Logged);
    }

    [Theory]
    [InlineData("/trusted_root.json", "The authority")]
    [InlineData("/api/v2/signingCert", "The certificate authority")]
    [InlineData("/api/v2/log/entries", "The transparency log")]
    [InlineData("/api/v1/timestamp", "The timestamp authority")]
    public async Task A_service_that_is_down_is_named_and_nothing_is_half_done(string down, string name)
    {
        _sigstore.Instead = (path, _) =>
        {
            if (path != down)
            {
                return null;
            }

            // A wait beyond the budget, so that the test need not wait.
            var answer = new HttpResponseMessage(HttpStatusCode.BadGateway);
            answer.Headers.RetryAfter = new(TimeSpan.FromDays(1));
            return answer;
        };
        await RefusedAsync(AgentFaults.CouldNot, "SERVICE_UNAVAILABLE", $"{name} (https://sign.test) is down: it answered HTTP 502");
    }

    [Fact]
    public async Task A_web_page_in_the_place_of_the_authority_is_recognised()
    {
        _sigstore.Instead = (path, _) => path != "/trusted_root.json" ? null : SmallSigstore.Answer("<html>Log in</html>"u8.ToArray(), "text/html");
        await RefusedAsync(AgentFaults.CouldNot, "NOT_THE_SERVICE", "web page");
    }

    [Fact]
    public async Task A_certificate_for_another_key_is_refused_before_anything_is_signed()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _sigstore.Instead = (path, _) => path != "/api/v2/signingCert" ? null
            : _sigstore.Issue(other, "https://token.example", "repo:octo/app:ref:refs/heads/main");
        await RefusedAsync(AgentFaults.Refused, "ANSWER_FOR_ANOTHER", "another key");
        Assert.Equal(0, _sigstore.Logged);
    }

    [Fact]
    public async Task A_certificate_of_another_identity_is_refused()
    {
        _sigstore.Identity = identity => identity with { Subject = "repo:octo/other:ref:refs/heads/main" };
        await RefusedAsync(AgentFaults.Refused, "ANSWER_FOR_ANOTHER", "another identity");
        _sigstore.Identity = identity => identity with { Issuer = "https://other.example" };
        await RefusedAsync(AgentFaults.Refused, "ANSWER_FOR_ANOTHER", "another OIDC issuer");
    }

    [Fact]
    public async Task A_certificate_of_an_authority_that_nobody_trusts_is_refused()
    {
        using var stranger = new SmallSigstore(_time);
        File.WriteAllBytes(_place.PathOf("root.json"), stranger.Root.ToJson());
        await RefusedAsync(AgentFaults.Refused, "EVIDENCE_REFUSED", "UNTRUSTED_ISSUER", "--trusted-root", "root.json");
        Assert.Equal(0, _sigstore.Logged);
    }

    [Fact]
    public async Task A_log_entry_for_another_digest_is_refused_before_it_is_written()
    {
        _sigstore.Instead = (path, body) => path != "/api/v2/log/entries" ? null : _sigstore.Log(Other(SmallSigstore.ReadEntry(body), digest: SHA256.HashData("other"u8)));
        await RefusedAsync(AgentFaults.Refused, "EVIDENCE_REFUSED", "LOG_ENTRY_MISMATCH");
    }

    [Fact]
    public async Task A_log_entry_for_another_signature_is_refused_before_it_is_written()
    {
        _sigstore.Instead = (path, body) => path != "/api/v2/log/entries" ? null : _sigstore.Log(Other(SmallSigstore.ReadEntry(body), signature: [1, 2, 3]));
        await RefusedAsync(AgentFaults.Refused, "EVIDENCE_REFUSED", "LOG_ENTRY_MISMATCH");
    }

    [Fact]
    public async Task An_entry_that_is_not_proven_is_refused_before_it_is_written()
    {
        _sigstore.Instead = (path, body) =>
        {
            if (path != "/api/v2/log/entries")
            {
                return null;
            }

            var entry = LogEntry.Parse(_sigstore.Log(SmallSigstore.ReadEntry(body)).Content.ReadAsByteArrayAsync().Result);
            return SmallSigstore.Answer((entry with { InclusionProof = entry.InclusionProof! with { RootHash = Sha256Digest.Of([]) } }).ToJson());
        };
        await RefusedAsync(AgentFaults.Refused, "EVIDENCE_REFUSED", "INCLUSION_PROOF");
    }

    [Fact]
    public async Task A_timestamp_for_another_request_is_refused()
    {
        TimestampRequest? first = null;
        _sigstore.Instead = (path, body) =>
        {
            if (path != "/api/v1/timestamp" || !TimestampRequest.TryParse(body, out var request, out _))
            {
                return null;
            }

            return _sigstore.Stamp(first ??= new TimestampRequest(request.Hash, request.Digest.Span, TimestampRequest.CreateNonce(), requestCertificate: true));
        };
        await RefusedAsync(AgentFaults.Refused, "ANSWER_FOR_ANOTHER", "another request than ours");
    }

    [Fact]
    public async Task A_conflict_of_the_log_is_told_as_what_it_is()
    {
        _sigstore.Instead = (path, _) => path != "/api/v2/log/entries" ? null : SmallSigstore.Answer("""{"code":6,"message":"dup"}""", HttpStatusCode.Conflict);
        await RefusedAsync(AgentFaults.CouldNot, "LOG_CONFLICT", "run again for a new signature");
    }

    [Fact]
    public async Task A_certificate_that_knows_no_workflow_gives_no_provenance()
    {
        _sigstore.Identity = identity => identity with { RunUri = null };
        await RefusedAsync(AgentFaults.Refused, "IDENTITY_INCOMPLETE", "does not say which workflow", "attest");
        Assert.Equal(0, _sigstore.Logged);
    }

    [Theory]
    [InlineData("USAGE", "sign")]
    [InlineData("USAGE", "attest", "app.zip", "--statement", "s.json", "--authority", SmallSigstore.Url)]
    [InlineData("USAGE", "sign", "app.zip")]
    [InlineData("USAGE", "sign", "app.zip", "--signing-config", "c.json")]
    [InlineData("USAGE", "sign", "app.zip", "--authority", "http://sign.test")]
    [InlineData("USAGE", "sign", "app.zip", "--format", "xml")]
    [InlineData("USAGE", "sign", "app.zip", "--insecure")]
    [InlineData("USAGE", "frobnicate")]
    [InlineData("NO_MATCH", "sign", "nothing*.zip", "--authority", SmallSigstore.Url)]
    public async Task Wrong_usage_exits_with_2(string code, params string[] args)
    {
        Assert.Equal(AgentFaults.Usage, await SigningAgent.RunAsync(args, _place.Environment, TestContext.Current.CancellationToken));
        Assert.Contains(code, _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task One_bundle_file_for_several_signatures_is_wrong_usage()
    {
        _place.Write("b.zip", "b");
        await RefusedAsync(AgentFaults.Usage, "USAGE", "--bundle names one file", "b.zip", "--bundle", "x.json");
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task A_run_that_is_stopped_leaves_no_file()
    {
        using var stop = new CancellationTokenSource();
        _sigstore.Instead = (path, _) =>
        {
            if (path == "/api/v2/log/entries")
            {
                stop.Cancel();
            }

            return null;
        };
        var before = Files();
        Assert.Equal(AgentFaults.CouldNot, await SigningAgent.RunAsync(["sign", "app.zip", "--authority", SmallSigstore.Url], _place.Environment, stop.Token));
        Assert.Contains("STOPPED", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task A_failure_is_JSON_where_JSON_was_asked_for()
    {
        _place.Variables.Remove("ACTIONS_ID_TOKEN_REQUEST_URL");
        await RefusedAsync(AgentFaults.Refused, "NO_IDENTITY", "permissions", "--format", "json");
        using var json = JsonDocument.Parse(_place.Out.ToString());
        Assert.Equal("NO_IDENTITY", json.RootElement.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_statement_that_is_none_or_that_nobody_could_verify_is_wrong_usage()
    {
        _place.Write("s.json", """{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha1":"00"}}],"predicateType":"x","predicate":{}}""");
        Assert.Equal(AgentFaults.Usage, await SigningAgent.RunAsync(["attest", "--statement", "s.json", "--authority", SmallSigstore.Url], _place.Environment, TestContext.Current.CancellationToken));
        Assert.Contains("sha256", _place.Error.ToString(), StringComparison.Ordinal);
        _place.Write("s.json", "{}");
        Assert.Equal(AgentFaults.Usage, await SigningAgent.RunAsync(["attest", "--statement", "s.json", "--authority", SmallSigstore.Url], _place.Environment, TestContext.Current.CancellationToken));
        Assert.Contains("STATEMENT_MALFORMED", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    public void Dispose()
    {
        _place.Dispose();
        _sigstore.Dispose();
    }

    private static HashedRekordEntry Other(HashedRekordEntry entry, byte[]? digest = null, byte[]? signature = null) =>
        new(digest ?? entry.Digest, signature ?? entry.Signature, entry.Verifier, isCertificate: true, entry.KeyDetails);

    private async Task RefusedAsync(int exit, string code, string words, params string[] more)
    {
        var before = Files();
        string[] args = more is ["attest", ..] ? ["attest", "app.zip", "--authority", SmallSigstore.Url] : ["sign", "app.zip", "--authority", SmallSigstore.Url, .. more];
        var got = await SigningAgent.RunAsync(args, _place.Environment, TestContext.Current.CancellationToken);
        Assert.Equal(exit, got);
        var last = _place.Error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.StartsWith($"::error title=signing-agent%3A {code}::", last, StringComparison.Ordinal);
        Assert.Contains(words.Replace("%", "%25", StringComparison.Ordinal), last, StringComparison.Ordinal);
        Assert.DoesNotContain(TestTokens.Canary, last, StringComparison.Ordinal);
        Assert.Equal(before, Files());
    }

    private List<string> Files() => [.. Directory.EnumerateFiles(_place.Directory_, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}

using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>Services that fail in the middle of a run: what is finished, what is resumed, what is told.</summary>
public sealed class BadNightTests : IDisposable
{
    private const string Log = "/api/v2/log/entries";
    private const string Tsa = "/api/v1/timestamp";
    private const string Ca = "/api/v2/signingCert";

    private readonly UnhurriedTime _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly SmallSigstore _sigstore;
    private readonly TestPlace _place;

    public BadNightTests()
    {
        _sigstore = new SmallSigstore(_time) { Token = () => TestTokens.Create(_time.GetUtcNow().AddMinutes(5)) };
        _place = new TestPlace { Network = _sigstore, Time = _time }.AsGitHubJob(SmallSigstore.TokenUrl);
        _place.Variables["SIGNING_AGENT_STATE"] = "state.jsonl";
        _place.Write("app.zip", "app");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_entry_whose_answer_was_lost_is_one_entry(bool conflicts)
    {
        _sigstore.Conflicts = conflicts;
        var lost = 0;
        _sigstore.Instead = (path, body) =>
        {
            if (path != Log || lost++ > 0)
            {
                return null;
            }

            _sigstore.Log(SmallSigstore.ReadEntry(body));
            return new HttpResponseMessage(HttpStatusCode.BadGateway);
        };
        await SignedAsync();
        Assert.Equal(1, _sigstore.Logged);
    }

    [Fact]
    public async Task A_conflict_that_points_to_another_entry_is_refused()
    {
        _sigstore.Instead = (path, _) =>
        {
            if (path != Log)
            {
                return null;
            }

            var answer = SmallSigstore.Answer("""{"code":6,"message":"dup"}""", HttpStatusCode.Conflict);
            answer.Headers.Add("x-log-index", "2");
            return answer;
        };
        Assert.Equal(AgentFaults.CouldNot, await RunAsync());
        Assert.Contains("the entry that it points to is not ours", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_is_down_beyond_the_budget_leaves_a_state_from_which_a_rerun_goes_on_with_the_same_signature()
    {
        _sigstore.Instead = (path, _) => path == Log ? Busy(TimeSpan.FromDays(1)) : null;
        Assert.Equal(AgentFaults.CouldNot, await RunAsync());
        Assert.Contains("The transparency log (https://sign.test) is down: it answered HTTP 503", _place.Printed, StringComparison.Ordinal);
        Assert.False(File.Exists(_place.PathOf("app.zip.sigstore.json")));
        var kept = JsonNode.Parse((await File.ReadAllLinesAsync(_place.PathOf("state.jsonl"), TestContext.Current.CancellationToken)).Last(l => l.Length > 0))!["bundle"]!;

        _sigstore.Instead = (_, _) => null;
        _sigstore.Asked.Clear();
        await SignedAsync();
        Assert.DoesNotContain(Tsa, _sigstore.Asked);
        Assert.Equal(
            kept["messageSignature"]!["signature"]!.GetValue<string>(),
            JsonNode.Parse(File.ReadAllText(_place.PathOf("app.zip.sigstore.json")))!["messageSignature"]!["signature"]!.GetValue<string>());
        Assert.False(File.Exists(_place.PathOf("state.jsonl")));
    }

    [Theory]
    [InlineData("6h")]
    [InlineData("1s")]
    public async Task A_dry_run_says_within_seconds_that_the_authority_is_down_whatever_the_run_would_wait(string wait)
    {
        _sigstore.Instead = (_, _) => Busy(TimeSpan.Zero);
        var start = _time.GetUtcNow();
        Assert.Equal(AgentFaults.CouldNot, await RunAsync("sign", TestContext.Current.CancellationToken, "--dry-run", "--wait", wait));
        Assert.Contains("The authority (https://sign.test) is down: it answered HTTP 503", _place.Printed, StringComparison.Ordinal);
        Assert.InRange(_time.GetUtcNow() - start, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.DoesNotContain("/token", _sigstore.Asked);
    }

    /// <summary>N-02: with every status that says "not now", over 45 minutes, and the log has the entry from the first try on.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_log_that_is_down_for_most_of_an_hour_is_waited_for_and_has_one_entry(bool committed)
    {
        HttpStatusCode[] down = [HttpStatusCode.InternalServerError, HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable, HttpStatusCode.GatewayTimeout];
        var tries = 0;
        var start = _time.GetUtcNow();
        _sigstore.Instead = (path, body) =>
        {
            if (path != Log || _time.GetUtcNow() - start >= TimeSpan.FromMinutes(45))
            {
                return null;
            }

            if (committed)
            {
                _sigstore.Log(SmallSigstore.ReadEntry(body));
            }

            return new HttpResponseMessage(down[tries++ % down.Length]);
        };
        await SignedAsync("attest", "--wait", "60m");
        Assert.Equal(1, _sigstore.Logged);
        Assert.True(_time.GetUtcNow() - start >= TimeSpan.FromMinutes(45));

        // Ten seconds between two tries at most, and half of that at least once it is clear that it takes time.
        Assert.InRange(tries, 45 * 6, 45 * 13);
    }

    /// <summary>N-13.</summary>
    [Fact]
    public async Task A_timestamp_authority_that_is_down_beyond_the_budget_costs_no_entry_and_a_rerun_makes_one()
    {
        _sigstore.Instead = (path, _) => path == Tsa ? Busy(null) : null;
        Assert.Equal(AgentFaults.CouldNot, await RunAsync("attest", default, "--wait", "1s"));
        Assert.Contains("imestamp authority (https://sign.test) is down", _place.Printed, StringComparison.Ordinal);
        Assert.Equal(0, _sigstore.Logged);
        Assert.False(File.Exists(_place.PathOf("app.zip.sigstore.json")));
        _sigstore.Instead = (_, _) => null;
        await SignedAsync("attest");
        Assert.Equal(1, _sigstore.Logged);
    }

    [Theory]
    [InlineData("/trusted_root.json", "sign")]
    [InlineData(Ca, "sign")]
    [InlineData(Tsa, "sign")]
    [InlineData(Log, "sign")]
    [InlineData(Log, "attest")]
    public async Task A_run_that_is_stopped_at_any_step_leaves_no_orphan_and_is_resumed_with_one_entry(string step, string verb)
    {
        using var stop = new CancellationTokenSource();
        _sigstore.Instead = (path, body) =>
        {
            if (path != step)
            {
                return null;
            }

            if (path == Log)
            {
                _sigstore.Log(SmallSigstore.ReadEntry(body));
            }

            stop.Cancel();
            throw new OperationCanceledException(stop.Token);
        };
        Assert.Equal(AgentFaults.CouldNot, await RunAsync(verb, stop.Token));
        Assert.Contains("STOPPED", _place.Printed, StringComparison.Ordinal);
        string[] mayBeThere = [".output", ".summary", "app.zip", "state.jsonl"];
        Assert.All(Directory.EnumerateFiles(_place.Directory_).Select(Path.GetFileName), name => Assert.Contains(name, mayBeThere));

        // A rerun of the same run is another attempt, and its provenance would say so.
        _sigstore.Instead = (_, _) => null;
        _sigstore.Identity = identity => identity with { RunUri = identity.RunUri!.Replace("/attempts/1", "/attempts/2", StringComparison.Ordinal) };
        await SignedAsync(verb);
        Assert.Equal(1, _sigstore.Logged);
    }

    [Fact]
    public async Task The_state_holds_no_secret()
    {
        _sigstore.Instead = (path, _) => path == Log ? Busy(TimeSpan.FromDays(1)) : null;
        await RunAsync("attest");
        var state = await File.ReadAllTextAsync(_place.PathOf("state.jsonl"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(TestTokens.Canary, state, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", state, StringComparison.Ordinal);
        Assert.DoesNotContain("runner-bearer-canary", state, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_that_somebody_else_signed_is_not_resumed()
    {
        _sigstore.Instead = (path, _) => path == Log ? Busy(TimeSpan.FromDays(1)) : null;
        _sigstore.Identity = identity => identity with { SignerUri = "https://github.com/octo/app/.github/workflows/other.yml@refs/heads/main" };
        Assert.Equal(AgentFaults.CouldNot, await RunAsync());
        (_sigstore.Instead, _sigstore.Identity) = ((_, _) => null, identity => identity);
        _sigstore.Asked.Clear();
        await SignedAsync();
        Assert.Contains(Tsa, _sigstore.Asked);
    }

    [Fact]
    public async Task A_certificate_that_ended_while_the_timestamp_authority_was_waited_for_is_replaced_and_the_log_sees_one_entry()
    {
        var waited = 0;
        _sigstore.Instead = (path, _) =>
        {
            if (path == Tsa && waited++ == 0)
            {
                _time.Advance(TimeSpan.FromMinutes(12));
            }

            return null;
        };
        await SignedAsync();
        Assert.Equal(2, _sigstore.Asked.Count(a => a == Ca));
        Assert.Equal(1, _sigstore.Logged);
    }

    [Fact]
    public async Task A_wrong_clock_is_told_with_how_wrong_it_is()
    {
        _sigstore.Instead = (path, _) =>
        {
            if (path != Ca)
            {
                return null;
            }

            var answer = SmallSigstore.Answer("""{"code":3,"message":"token expired"}""", HttpStatusCode.BadRequest);
            answer.Headers.Date = _time.GetUtcNow().AddHours(1);
            return answer;
        };
        Assert.Equal(AgentFaults.Refused, await RunAsync());
        Assert.Contains("60 minutes behind. Set it right (NTP) and run again.", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_any_timestamp_authority_will_do_the_second_stands_in_for_the_first()
    {
        var config = JsonNode.Parse(_sigstore.Config.ToJson())!;
        var second = config["tsaUrls"]![0]!.DeepClone();
        config["tsaUrls"]![0]!["url"] = "https://down.test/tsa";
        (second["operator"], config["tsaUrls"]![0]!["operator"]) = ("second", "first");
        config["tsaUrls"]!.AsArray().Add(second);
        _sigstore.ServedConfig = SigningConfig.Parse(Encoding.UTF8.GetBytes(config.ToJsonString()));
        _sigstore.Instead = (path, _) => path == "/tsa" ? Busy(null) : null;
        var start = _time.GetUtcNow();
        await SignedAsync();
        Assert.Equal(3, _sigstore.Asked.Count(a => a == "/tsa"));
        Assert.True(_time.GetUtcNow() - start < TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("sign", false)]
    [InlineData("attest", false)]
    [InlineData("attest", true)]
    public async Task A_log_of_version_1_gives_a_bundle_that_verifies_and_one_entry_also_when_its_answer_was_lost(string verb, bool lost)
    {
        _sigstore.ServedConfig = SigningConfig.Parse(SmallSigstore.ConfigAt(SmallSigstore.Url, timestamps: false, 1));
        _sigstore.ServedRoot = _sigstore.Rekor1.Log.In(_sigstore.Root);
        var posts = 0;
        _sigstore.Instead = (path, body) =>
        {
            if (path != SmallRekor1.Path || !lost || posts++ > 0)
            {
                return null;
            }

            _sigstore.Rekor1.Append(body).Dispose();
            return new HttpResponseMessage(HttpStatusCode.BadGateway);
        };
        await SignedAsync(verb);
        Assert.Equal(1, _sigstore.Rekor1.Logged);
        var bundle = Bundle.Parse(File.ReadAllBytes(_place.PathOf("app.zip.sigstore.json")));
        Assert.Equal(verb == "sign" ? "hashedrekord" : "dsse", Assert.Single(bundle.LogEntries).Kind);
        Assert.False(bundle.LogEntries[0].InclusionPromise.IsEmpty);
        new Verifier(_sigstore.ServedRoot).Verify(
            bundle, Artifact.OfBytes("app"u8.ToArray()), new VerificationPolicy { Issuer = "https://token.example", Identity = InMemorySigstore.Workflow.SignerUri });
    }

    public void Dispose()
    {
        _place.Dispose();
        _sigstore.Dispose();
    }

    private static HttpResponseMessage Busy(TimeSpan? retryAfter)
    {
        var answer = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter = retryAfter is { } wait ? new(wait) : null;
        return answer;
    }

    private async Task SignedAsync(string verb = "sign", params string[] more)
    {
        var code = await RunAsync(verb, default, more);
        Assert.True(code == AgentFaults.Success, _place.Printed);
        Assert.True(File.Exists(_place.PathOf("app.zip.sigstore.json")));
    }

    private Task<int> RunAsync(string verb = "sign", CancellationToken stop = default, params string[] more) =>
        _time.RunAsync(SigningAgent.RunAsync([verb, "app.zip", "--authority", SmallSigstore.Url, .. more], _place.Environment, stop));
}

using System.Net;
using System.Text.Json.Nodes;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Probe;
using SigningAction.Authority.Tests.Commands;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Authority.Trust;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Probe;

/// <summary>The probe passes against a sound authority, and every fault of one is a failure with its sentence.</summary>
public sealed class ProbeTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _files = new();
    private AuthorityInProcess _authority = null!;

    public async ValueTask InitializeAsync() => _authority = await AuthorityInProcess.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _authority.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task A_sound_authority_passes_every_step()
    {
        await File.WriteAllBytesAsync(_files.File("root.json"), _authority.Host.Trust[AuthorityTrust.TrustedRootFile].ToArray());
        var expired = Write("expired.jwt", _authority.Issuer.IssueToken(claims => claims["exp"] = (long)claims["iat"]! - 500));
        var audience = Write("audience.jwt", _authority.Issuer.IssueToken(audience: "somebody-else"));
        var notAllowed = Write("other.jwt", _authority.Issuer.IssueToken(claims => claims["repository_id"] = "9999"));
        var (code, text) = await RunAsync(
            "--trusted-root", _files.File("root.json"), "--directory", _authority.Directory, "--state", _files.File("state.json"),
            "--refused-token", $"EXPIRED={expired}", "--refused-token", $"AUDIENCE_MISMATCH={audience}", "--refused-token", $"REPOSITORY_NOT_ALLOWED={notAllowed}");
        Assert.True(code == ExitCodes.Done, text);
        var lines = text.TrimEnd().Split('\n');
        Assert.All(lines, line => Assert.StartsWith("passed", line, StringComparison.Ordinal));
        Assert.Equal(11 + 12 + 3, lines.Length);
        Assert.Contains("It serves the trusted root that was given.", text, StringComparison.Ordinal);
        Assert.Equal(1, _authority.CertificatesIssued());
    }

    [Fact]
    public async Task Checkpoints_are_remembered_and_the_logs_must_continue_them()
    {
        string[] state = ["--state", _files.File("state.json")];
        Assert.Equal(ExitCodes.Done, (await RunAsync(state)).Code);
        using (var signer = new TestSigner(_authority.Client))
        {
            for (var i = 0; i < 300; i++)
            {
                _ = await signer.SignAsync(_authority.Issuer, BitConverter.GetBytes(i));
            }
        }

        var (code, text) = await RunAsync(state);
        Assert.True(code == ExitCodes.Done, text);
        Assert.Contains("It only grew, to 302 leaves, and holds the entry.", text, StringComparison.Ordinal);
        Assert.Contains("It only grew, to 302 leaves, and holds the certificate.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_that_shows_another_history_fails_and_the_evidence_is_kept()
    {
        string[] state = ["--state", _files.File("state.json")];
        using var signer = new TestSigner(_authority.Client);
        await _authority.StopAsync();
        CopyDirectory(_authority.Directory, _files.File("before"));
        await _authority.StartAgainAsync();
        _ = await signer.SignAsync(_authority.Issuer, [1]);
        Assert.Equal(ExitCodes.Done, (await RunAsync(state)).Code);
        var seen = await File.ReadAllTextAsync(_files.File("state.json"));

        // Somebody restores everything, high-water file and all: nothing local notices, and a monitor does.
        await _authority.StopAsync();
        Directory.Delete(_authority.Directory, recursive: true);
        CopyDirectory(_files.File("before"), _authority.Directory);
        await _authority.StartAgainAsync();
        for (var i = 0; i < 5; i++)
        {
            _ = await signer.SignAsync(_authority.Issuer, [(byte)(i + 100)]);
        }

        var (code, text) = await RunAsync(state);
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Contains("FAILED      signature log", text, StringComparison.Ordinal);
        Assert.Contains("shows two histories", text, StringComparison.Ordinal);
        Assert.Equal(seen, await File.ReadAllTextAsync(_files.File("state.json")));
    }

    [Fact]
    public async Task It_follows_the_logs_to_their_own_host_names()
    {
        await _authority.AddShardAsync();
        await _authority.FreezeFirstAsync();
        var (code, text) = await RunAsync("--directory", _authority.Directory);
        Assert.True(code == ExitCodes.Done, text);
        Assert.Contains("Signers log at localhost", text, StringComparison.Ordinal);
        Assert.StartsWith("localhost\n1\n", await _authority.OtherClient.GetStringAsync("/api/v2/checkpoint", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1\n0\n", await _authority.Client.GetStringAsync("/api/v2/checkpoint", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_loss_that_was_accepted_it_looks_into_the_audit_log_that_goes_on()
    {
        var backup = await File.ReadAllBytesAsync(_authority.Paths.Database, TestContext.Current.CancellationToken);
        await _authority.SignAsync(_authority.Client);
        await _authority.StopAsync();
        foreach (var file in new[] { "-wal", "-shm" })
        {
            File.Delete(_authority.Paths.Database + file);
        }

        await File.WriteAllBytesAsync(_authority.Paths.Database, backup, TestContext.Current.CancellationToken);
        await ShardSetup.AddAsync(_authority.Directory, _authority.OtherUrl, true, TimeProvider.System);
        await _authority.StartAgainAsync();
        var (code, text) = await RunAsync("--directory", _authority.Directory);
        Assert.True(code == ExitCodes.Done, text);
        Assert.Contains("Leaf 0 of the audit log names the certificate.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://a.example", "https://b.example/", true)]
    [InlineData("http://127.0.0.1:1", "http://localhost:1", true)]
    [InlineData("https://a.example", "http://b.example", false)]
    [InlineData("https://a.example", "ftp://b.example", false)]
    [InlineData("https://a.example", "https://user@b.example", false)]
    [InlineData("https://a.example", "/tiles", false)]
    public void It_goes_nowhere_but_to_http_URLs_and_never_away_from_TLS(string probed, string named, bool isGone)
    {
        var client = new ProbeClient(_authority.Client, probed);
        if (isGone)
        {
            Assert.Equal(named.TrimEnd('/'), client.At(named).Url);
        }
        else
        {
            Assert.Equal(ProbeOutcome.Failed, Assert.Throws<ProbeException>(() => client.At(named)).Outcome);
        }
    }

    [Fact]
    public async Task Another_trusted_root_than_the_pinned_one_fails()
    {
        await using var other = await AuthorityInProcess.StartAsync();
        await File.WriteAllBytesAsync(_files.File("root.json"), other.Host.Trust[AuthorityTrust.TrustedRootFile].ToArray());
        var (code, text) = await RunAsync("--trusted-root", _files.File("root.json"));
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Contains("FAILED      trust", text, StringComparison.Ordinal);
        Assert.Contains("FAILED      verify", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_refused_for_another_reason_than_it_must_be_fails()
    {
        var token = Write("audience.jwt", _authority.Issuer.IssueToken(audience: "somebody-else"));
        var (code, text) = await RunAsync("--refused-token", $"EXPIRED={token}");
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Contains("FAILED      refuse: token 1 that was given", text, StringComparison.Ordinal);
        Assert.Contains("It answers 400 AUDIENCE_MISMATCH, and must refuse with EXPIRED.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_granted_and_must_be_refused_fails()
    {
        var token = Write("good.jwt", _authority.Issuer.IssueToken());
        var (code, text) = await RunAsync("--refused-token", $"REPOSITORY_NOT_ALLOWED={token}");
        Assert.Equal(ExitCodes.Refused, code);
        Assert.Contains("It was granted, and must be refused with REPOSITORY_NOT_ALLOWED", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_policy_does_not_allow_fails_the_exchange_and_skips_what_needs_it()
    {
        _authority.Issuer.Run = _authority.Issuer.Run with { RepositoryId = "9999" };
        var (code, text) = await RunAsync("--format", "json");
        Assert.Equal(ExitCodes.Refused, code);
        var result = JsonNode.Parse(text)!;
        Assert.False((bool)result["passed"]!);
        var outcomes = result["steps"]!.AsArray().ToDictionary(step => (string)step!["name"]!, step => (string)step!["outcome"]!);
        Assert.Equal("FAILED", outcomes["exchange"]);
        Assert.Equal("skipped", outcomes["verify"]);
        Assert.Equal("passed", outcomes["signature log"]);
    }

    [Fact]
    public async Task An_outage_is_no_refusal()
    {
        await _authority.StopAsync();
        var (code, text) = await RunAsync();
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Matches("\\Aunreachable ready \\([0-9]+ ms\\): It cannot be reached: connection refused.\n\\z", text);
    }

    [Fact]
    public async Task Without_a_token_it_says_how_to_give_one()
    {
        // Unset here and wherever the tests run: it is a secret of a pipeline.
        Assert.Null(Environment.GetEnvironmentVariable(EnvironmentVariables.IdentityToken));
        var (code, _, error) = await AuthorityCommand.RunAsync("probe", _authority.Url);
        Assert.Equal((ExitCodes.Usage, "No identity token: give --identity-token FILE or SIGSTORE_ID_TOKEN.\n"), (code, error));
    }

    [Fact]
    public async Task A_token_that_is_not_taken_is_one_failure_with_what_the_authority_says_of_it()
    {
        var (code, text) = await RunWithAsync(_authority.Issuer.IssueToken(claims => claims["exp"] = (long)claims["iat"]! - 500));
        Assert.Equal(ExitCodes.Refused, code);
        var failed = Assert.Single(text.Split('\n'), line => line.StartsWith("FAILED", StringComparison.Ordinal));
        Assert.Matches("exchange .*It answers 400 EXPIRED and not 200 .*It says: .*expired", failed);
        Assert.Contains("skipped     refuse: another's key", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_that_signers_use_is_named_with_its_port() =>
        Assert.Contains($"Signers log at {new Uri(_authority.Url).Authority}.", (await RunAsync()).Text, StringComparison.Ordinal);

    [Fact]
    public void What_a_stranger_says_is_shown_without_anything_that_could_be_a_token()
    {
        var token = _authority.Issuer.IssueToken();
        var said = new ProbeAnswer(400, System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["message"] = $"bad \u001b[31m{token} {token.Split('.')[1]}\nagain" }.ToJsonString()), null).Said!;
        Assert.All(token.Split('.'), part => Assert.DoesNotContain(part, said, StringComparison.Ordinal));
        Assert.DoesNotContain(said, char.IsControl);
        Assert.EndsWith("again", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_part_of_a_token_is_shown()
    {
        var token = _authority.Issuer.IssueToken();
        foreach (var format in new[] { "text", "json" })
        {
            var (_, text) = await RunWithAsync(token, "--format", format);
            Assert.All(token.Split('.'), part => Assert.DoesNotContain(part, text, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("no token")]
    [InlineData("a.b.c")]
    public async Task What_is_no_token_is_said_before_anything_is_asked(string token)
    {
        var (code, text) = await RunWithAsync(token);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("is no JWT", text, StringComparison.Ordinal);
    }

    private Task<(int Code, string Text)> RunAsync(params string[] more) => RunWithAsync(_authority.Issuer.IssueToken(), more);

    private async Task<(int Code, string Text)> RunWithAsync(string token, params string[] more)
    {
        using var output = new StringWriter();
        var code = await SigningAuthority.RunAsync(["probe", _authority.Url, "--identity-token", Write("token.jwt", token), .. more], output, output);
        return (code, output.ToString());
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_files.File(name), text);
        return _files.File(name);
    }

    private static void CopyDirectory(string from, string to)
    {
        using var copy = System.Diagnostics.Process.Start("cp", ["-a", from, to]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }
}

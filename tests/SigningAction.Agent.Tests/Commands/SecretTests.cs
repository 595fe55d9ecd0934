using System.Net;
using System.Text;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>R-10: a canary token is searched for in every byte that a run leaves behind.</summary>
public sealed class SecretTests : IDisposable
{
    private const string Bearer = "runner-bearer-canary-5f1c";
    private readonly SmallSigstore _sigstore = new(TimeProvider.System);
    private readonly TestPlace _place;

    public SecretTests()
    {
        _place = new TestPlace { Network = _sigstore }.AsGitHubJob(SmallSigstore.TokenUrl, Bearer);
        _place.Write("app.zip", "app");
    }

    [Fact]
    public async Task A_token_is_seen_by_the_runner_that_masks_it_and_by_the_authority_and_by_nobody_else()
    {
        Assert.Equal(0, await RunAsync("attest", "app.zip", "--authority", SmallSigstore.Url));
        var mask = Assert.Single(Lines(), l => l.Contains(TestTokens.Canary, StringComparison.Ordinal));
        Assert.StartsWith("::add-mask::eyJ", mask, StringComparison.Ordinal);
        Assert.Equal(["/token", "/api/v2/signingCert"], _sigstore.Authorizations.Select(a => a.Path));
        Assert.Equal($"Bearer {Bearer}", _sigstore.Authorizations[0].Value);
        NothingOnDisk();
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public async Task An_empty_token_is_refused_as_no_token(string content)
    {
        _place.Write("token", content);
        Assert.Equal(AgentFaults.Refused, await RunAsync("sign", "app.zip", "--authority", SmallSigstore.Url, "--identity-token", "token"));
        Assert.Contains("TOKEN_MALFORMED", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("***", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_given_is_masked_before_a_byte_is_printed()
    {
        var token = TestTokens.Create();
        Assert.Equal(0, await RunAsync("sign", "app.zip", "--authority", SmallSigstore.Url, "--identity-token", token));
        Assert.StartsWith($"::add-mask::{token}\n", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(TestTokens.Canary, _place.Out.ToString(), StringComparison.Ordinal);
        NothingOnDisk();
    }

    [Fact]
    public async Task A_usage_error_does_not_repeat_a_token()
    {
        var token = TestTokens.Create();
        _place.Variables.Remove("GITHUB_ACTIONS");
        Assert.Equal(AgentFaults.Usage, await RunAsync("sign", "--identity-tokn", token, $"--identity-token={token}", $"--x={token}"));
        Assert.DoesNotContain(TestTokens.Canary, _place.Printed, StringComparison.Ordinal);
        Assert.Contains("***", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_echoes_the_token_does_not_bring_it_into_the_log()
    {
        var token = TestTokens.Create();
        _sigstore.Token = () => token;
        _sigstore.Instead = (path, _) => path != "/api/v2/signingCert" ? null
            : SmallSigstore.Answer($$"""{"code":3,"message":"bad token {{token}} of {{Bearer}}","details":[]}""", HttpStatusCode.BadRequest);
        Assert.Equal(AgentFaults.Refused, await RunAsync("sign", "app.zip", "--authority", SmallSigstore.Url, "--format", "json"));
        Assert.Single(Lines(), l => l.Contains(TestTokens.Canary, StringComparison.Ordinal));
        Assert.DoesNotContain(Bearer, _place.Printed, StringComparison.Ordinal);
        Assert.Contains("bad token ***", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_token_is_not_repeated_either()
    {
        _place.Variables.Remove("GITHUB_ACTIONS");
        var damaged = TestTokens.Create().Replace('.', ' ');
        Assert.Equal(AgentFaults.Refused, await RunAsync("sign", "app.zip", "--authority", SmallSigstore.Url, "--identity-token", damaged));
        Assert.Contains("TOKEN_MALFORMED", _place.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain(TestTokens.Canary, _place.Printed, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _place.Dispose();
        _sigstore.Dispose();
    }

    private Task<int> RunAsync(params string[] args) => SigningAgent.RunAsync(args, _place.Environment, TestContext.Current.CancellationToken);

    private string[] Lines() => _place.Printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private void NothingOnDisk() => Assert.All(
        Directory.EnumerateFiles(_place.Directory_, "*", SearchOption.AllDirectories),
        file =>
        {
            var text = Encoding.UTF8.GetString(File.ReadAllBytes(file));
            Assert.DoesNotContain(TestTokens.Canary, text, StringComparison.Ordinal);
            Assert.DoesNotContain(Bearer, text, StringComparison.Ordinal);
        });
}

using SigningAction.Agent.Tests.Fakes;

namespace SigningAction.Agent.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly TestPlace _place = new();

    [Theory]
    [InlineData("sign")]
    [InlineData("attest")]
    public async Task Help_of_a_verb_has_examples(string verb)
    {
        Assert.Equal(0, await RunAsync(verb, "--help"));
        Assert.Contains("Examples:", _place.Out.ToString(), StringComparison.Ordinal);
        Assert.Contains($"signing-agent {verb} ", _place.Out.ToString(), StringComparison.Ordinal);
        Assert.Contains("--identity-token <FILE|TOKEN>", _place.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_states_the_exit_codes()
    {
        Assert.Equal(0, await RunAsync("--help"));
        Assert.Contains("Exit codes: 0 signed, verified and written; 1 refused", _place.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_printed()
    {
        Assert.Equal(0, await RunAsync("--version"));
        Assert.Matches(@"\A[0-9]+\.[0-9]+\.[0-9]+", _place.Out.ToString());
    }

    [Fact]
    public async Task A_file_called_like_an_argument_file_is_a_path()
    {
        _place.Write("args", "--authority\nhttps://other.example");
        _place.Write("@args", "a file");
        Assert.Equal(AgentFaults.Usage, await RunAsync("sign", "@args"));
        Assert.Contains("No services to sign with", _place.Error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>N-11.</summary>
    [Theory]
    [InlineData("--insecure")]
    [InlineData("--allow-http")]
    [InlineData("--allow-insecure-registry")]
    [InlineData("--no-verify")]
    public async Task Nothing_switches_the_checks_of_TLS_off(string option)
    {
        Assert.Equal(AgentFaults.Usage, await SigningAgent.RunAsync(["sign", "a", option, "--authority", "https://sign.test"], _place.Environment, TestContext.Current.CancellationToken));
        Assert.Contains($"There is no option '{option}'", _place.Error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _place.Dispose();

    private Task<int> RunAsync(params string[] args) => SigningAgent.RunAsync(args, _place.Environment, TestContext.Current.CancellationToken);
}

using System.Net;
using System.Text;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>
/// R-10: every secret of a job and every key, searched for in all that a run prints, writes, sends and gives to a child, whichever way the run takes. What the secrets
/// may be sent to is named where they are made.
/// </summary>
public sealed class CanaryTests : IDisposable
{
    private const string Bearer = "runner-bearer-canary-5f1c";
    private const string Password = "docker-password-canary-91";

    private readonly UnhurriedTime _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly SmallSigstore _sigstore;
    private readonly SmallGitHub _github = new();
    private readonly SmallRegistry _registry = new();
    private readonly HostNetwork _network;
    private readonly Canaries _canaries;
    private readonly TestPlace _place;

    public CanaryTests()
    {
        _sigstore = new SmallSigstore(_time);
        _network = new HostNetwork(("sign.test", _sigstore), ("api.github.test", _github), ("uploads.github.test", _github), (SmallRegistry.Host, _registry));
        _canaries = new Canaries(_network);

        // The runner's token service is on the authority's host in these tests.
        _sigstore.Token = () => _canaries.Watch(TestTokens.Create(_time.GetUtcNow().AddMinutes(5)), "sign.test");
        _canaries.Watch(TestTokens.Canary, "sign.test");
        _canaries.Watch(Bearer, "sign.test");
        _canaries.Watch(SmallGitHub.Token, "api.github.test", "uploads.github.test");
        _canaries.Watch(Password, SmallRegistry.Host);
        _canaries.Watch("octo:" + Password, SmallRegistry.Host);
        _canaries.Watch("registry-token-canary-77aa", SmallRegistry.Host);
        _canaries.Watch("runtime-canary-31", "nobody");
        _place = new TestPlace { Network = _canaries, Time = _time, NewKey = _canaries.NewKey }.AsGitHubJob(SmallSigstore.TokenUrl, Bearer);
        foreach (var (name, value) in (IEnumerable<(string, string)>)
        [
            ("GITHUB_WORKSPACE", _place.Directory_), ("GITHUB_REPOSITORY", "octo/app"), ("GITHUB_API_URL", SmallGitHub.Api), ("RUNNER_TEMP", _place.PathOf("temp")),
            ("ACTIONS_RUNTIME_TOKEN", "runtime-canary-31"), ("HTTPS_PROXY", "http://user:runtime-canary-31@proxy.test"),
        ])
        {
            _place.Variables[name] = value;
        }

        foreach (var input in ActionInputs.All)
        {
            _place.Variables[input.Variable] = input.Default;
        }

        Set(ActionInputs.GitHubToken, SmallGitHub.Token);
        Set(ActionInputs.Authority, SmallSigstore.Url);
        Set(ActionInputs.Wait, "1s");
        Set(ActionInputs.SubjectName, $"{SmallRegistry.Host}/octo/app");
        Set(ActionInputs.SubjectDigest, $"sha256:{SmallRegistry.Digest}");
        Set(ActionInputs.PushToRegistry, "true");
        Set(ActionInputs.Release, "v1");
    }

    [Fact]
    public async Task No_secret_is_anywhere_when_everything_is_published_with_a_log_in_of_docker()
    {
        LogIn();
        await RunAsync(AgentFaults.Success);
        Assert.Single(_registry.Referrers);
        Assert.Single(_github.Assets);
        Unseen();
    }

    [Fact]
    public async Task No_secret_is_in_the_surroundings_of_a_credential_helper()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The helper of this test is a shell script.");
        Helper("""printf '{"ServerURL":"x","Username":"octo","Secret":"docker-password-canary-91"}'""");
        await RunAsync(AgentFaults.Success);
        Assert.True(File.Exists(_place.PathOf("helper-env")));
        Unseen();
    }

    [Fact]
    public async Task No_secret_of_a_helper_that_fails_or_babbles_is_told()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The helper of this test is a shell script.");
        Helper("""printf 'docker-password-canary-91'; printf 'docker-password-canary-91' >&2""");
        await RunAsync(AgentFaults.CouldNot);
        Unseen();
    }

    [Theory]
    [InlineData("uploads.github.test")]
    [InlineData("api.github.test")]
    [InlineData(SmallRegistry.Host)]
    [InlineData("sign.test")]
    public async Task No_secret_comes_back_from_a_service_that_repeats_what_it_was_sent(string host)
    {
        LogIn();
        HttpResponseMessage? Echo(HttpRequestMessage request) => request.RequestUri!.Host == host && request.Headers.Authorization is { } sent
            ? new HttpResponseMessage(HttpStatusCode.Forbidden) { Content = new StringContent($$"""{"message":"{{sent}} {{sent.Parameter}}","errors":[{"message":"{{sent}}"}]}""", Encoding.UTF8, "application/json") }
            : null;
        _github.Before = Echo;
        using var registry = new Echoing(_registry, Echo);
        using var sigstore = new Echoing(_sigstore, Echo);
        using var network = new HostNetwork(("sign.test", sigstore), ("api.github.test", _github), ("uploads.github.test", _github), (SmallRegistry.Host, registry));
        _canaries.InnerHandler = network;
        Assert.NotEqual(AgentFaults.Success, await RunAsync());
        Unseen();
    }

    [Fact]
    public async Task No_secret_is_left_by_a_run_that_fails_in_the_middle_nor_by_the_one_that_goes_on_from_it()
    {
        LogIn();
        _sigstore.Instead = (path, _) => path == "/api/v2/log/entries" ? new HttpResponseMessage(HttpStatusCode.BadGateway) : null;
        await RunAsync(AgentFaults.CouldNot);
        Assert.NotEmpty(Directory.GetFiles(_place.PathOf("attestations")));
        Unseen();
        _sigstore.Instead = (_, _) => null;
        await RunAsync(AgentFaults.Success);
        Assert.Equal(2, _canaries.Keys);
        Unseen();
    }

    [Fact]
    public async Task No_secret_is_anywhere_when_an_expired_certificate_is_replaced_and_services_stumble()
    {
        LogIn();
        var (asked, stamped) = (0, 0);
        Set(ActionInputs.Wait, "30m");
        _sigstore.Instead = (path, _) =>
        {
            if (path == "/api/v1/timestamp" && stamped++ == 0)
            {
                _time.Advance(TimeSpan.FromMinutes(12));
            }

            return path is "/token" or "/api/v2/signingCert" && asked++ % 2 == 0 ? new HttpResponseMessage(HttpStatusCode.BadGateway) : null;
        };
        await RunAsync(AgentFaults.Success);
        Assert.True(_canaries.Keys > 1);
        Unseen();
    }

    [Fact]
    public async Task No_secret_is_anywhere_when_GitHub_lists_what_was_signed()
    {
        _place.Write("a.zip", "a");
        File.WriteAllBytes(_place.PathOf("root.json"), _sigstore.Root.ToJson());
        File.WriteAllBytes(_place.PathOf("config.json"), _sigstore.Config.ToJson());
        _place.Variables["GITHUB_TOKEN"] = SmallGitHub.Token;
        await RunAsync(AgentFaults.Success, "attest", "a.zip", "--authority", "public-good", "--trusted-root", "root.json", "--signing-config", "config.json", "--format", "json");
        Assert.Single(_github.Attestations);
        Unseen();
    }

    [Theory]
    [InlineData("sign", "perhaps", AgentFaults.Usage)]
    [InlineData("subject-digest", SmallGitHub.Token, AgentFaults.Usage)]
    [InlineData("authority", "https://user:runtime-canary-31@sign.test/", AgentFaults.Usage)]
    [InlineData("dry-run", "true", AgentFaults.Success)]
    public async Task No_secret_is_told_by_a_step_that_does_not_come_to_sign(string input, string value, int expected)
    {
        _place.Variables["INPUT_" + input.ToUpperInvariant()] = value;
        await RunAsync(expected);
        using var http = new HttpMessageInvoker(_canaries, disposeHandler: false);
        using var request = new HttpRequestMessage(HttpMethod.Get, SmallSigstore.Url);
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken); // So that there is something sent to look into.
        Unseen();
    }

    public void Dispose()
    {
        _place.Dispose();
        _canaries.Dispose();
        _network.Dispose();
        _registry.Dispose();
        _github.Dispose();
        _sigstore.Dispose();
    }

    private void Set(ActionInput input, string value) => _place.Variables[input.Variable] = value;

    private void LogIn()
    {
        _registry.Wants = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("octo:" + Password))}";
        Docker($$"""{"auths":{"{{SmallRegistry.Host}}":{"auth":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes("octo:" + Password))}}"} } }""");
    }

    private void Helper(string says)
    {
        var helper = _place.Write("bin/docker-credential-test", $"#!/bin/sh\nenv > \"$HOME/helper-env\"\ncat /proc/$PPID/cmdline > \"$HOME/helper-parent\" 2>/dev/null\n{says}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        _place.Variables["PATH"] = $"{_place.PathOf("bin")}:/usr/bin:/bin";
        _place.Variables["HOME"] = _place.Directory_;
        Docker($$"""{"credHelpers":{"{{SmallRegistry.Host}}":"test"} }""");
    }

    private void Docker(string json)
    {
        _place.Write("docker/config.json", json);
        _place.Variables["DOCKER_CONFIG"] = _place.PathOf("docker");
    }

    private void Unseen() => _canaries.RequireUnseen(_place, "docker/config.json", "bin/docker-credential-test");

    private async Task RunAsync(int expected, params string[] args)
    {
        var code = await RunAsync(args);
        Assert.True(code == expected, $"{code}: {_place.Printed}");
    }

    private Task<int> RunAsync(params string[] args) =>
        _time.RunAsync(SigningAgent.RunAsync(args is [] ? ["action"] : args, _place.Environment, TestContext.Current.CancellationToken));

    /// <summary>A service that says no to some requests in words of its own.</summary>
    private sealed class Echoing(HttpMessageHandler service, Func<HttpRequestMessage, HttpResponseMessage?> no) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _service = new(service, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            no(request) is { } answer ? Task.FromResult(answer) : _service.SendAsync(request, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _service.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Bundles;
using SigningAction.Testing;
using SigningAction.Testing.Architecture;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>R-07, R-13, R-14, N-20: a workspace that others prepared, or use at the same time.</summary>
public sealed class WorkspaceTests : IDisposable
{
    private readonly SmallSigstore _sigstore = new(TimeProvider.System);
    private readonly TestPlace _place;
    private readonly DirectoryInfo _outside = Directory.CreateTempSubdirectory("agent-outside-");

    public WorkspaceTests()
    {
        _place = new TestPlace { Network = _sigstore }.AsGitHubJob(SmallSigstore.TokenUrl);
        _place.Variables["GITHUB_WORKSPACE"] = _place.Directory_;
        _place.Write("dist/app.zip", "app");
    }

    [Theory]
    [InlineData("attestations")]
    [InlineData("attestations/dist")]
    public async Task A_link_out_of_the_workspace_in_the_place_of_the_bundles_is_refused_before_anything_is_asked_for(string link)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_place.PathOf(link))!);
        Directory.CreateSymbolicLink(_place.PathOf(link), _outside.FullName);
        Assert.Equal(AgentFaults.CouldNot, await StepAsync(("sign", "true")));
        Assert.Contains("CANNOT_WRITE", _place.Printed, StringComparison.Ordinal);
        Assert.Contains("leads out of", _place.Printed, StringComparison.Ordinal);
        Assert.Contains($"::error file={link},", _place.Printed, StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
        Assert.Empty(_outside.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task A_link_that_is_put_there_while_the_run_signs_is_refused_too()
    {
        _sigstore.Instead = (path, _) =>
        {
            if (path == "/api/v1/timestamp" && !Directory.Exists(_place.PathOf("out")))
            {
                Directory.CreateSymbolicLink(_place.PathOf("out"), _outside.FullName);
            }

            return null;
        };
        _place.Variables["SIGNING_AGENT_STATE"] = "state";
        Assert.Equal(AgentFaults.CouldNot, await StepAsync(("bundle-dir", "out")));
        Assert.Contains("leads out of", _place.Printed, StringComparison.Ordinal);
        Assert.Empty(_outside.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task A_directory_outside_that_the_workflow_names_is_meant_and_a_link_within_the_workspace_too()
    {
        Assert.Equal(AgentFaults.Success, await StepAsync(("bundle-dir", _outside.FullName)));
        Assert.Single(_outside.GetFiles());
        Directory.CreateDirectory(_place.PathOf("real"));
        Directory.CreateSymbolicLink(_place.PathOf("linked"), _place.PathOf("real"));
        Assert.Equal(AgentFaults.Success, await StepAsync(("bundle-dir", "linked")));
        Assert.Single(Directory.GetFiles(_place.PathOf("real")));
    }

    [Fact]
    public async Task A_directory_in_the_place_of_a_bundle_is_told_and_left_as_it_is()
    {
        _place.Write("attestations/app.zip.provenance.sigstore.json/mine", "mine");
        Assert.Equal(AgentFaults.CouldNot, await StepAsync());
        Assert.Contains("CANNOT_WRITE", _place.Printed, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_place.PathOf("attestations/app.zip.provenance.sigstore.json/mine")));
        Assert.DoesNotContain(Directory.GetFiles(_place.PathOf("attestations")), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Steps_at_the_same_time_on_one_workspace_have_bundles_and_state_of_their_own()
    {
        const int Steps = 8;
        for (var i = 0; i < Steps; i++)
        {
            _place.Write($"dist/{i}.bin", $"{i}");
        }

        // Two at a time sign the very same: one of them keeps the state.
        var places = Enumerable.Range(0, 2 * Steps).Select(i => (Index: i / 2, Out: new StringWriter(), Error: new StringWriter())).ToList();
        var codes = await Task.WhenAll(places.Select(step => Task.Run(() => SigningAgent.RunAsync(
            ["attest", $"dist/{step.Index}.bin", "--authority", SmallSigstore.Url, "--bundle-dir", "out"],
            _place.Environment with { Out = step.Out, Error = step.Error, Variables = WithoutCommandFiles() },
            TestContext.Current.CancellationToken))));
        Assert.All(codes.Zip(places), step => Assert.True(step.First == AgentFaults.Success, step.Second.Error.ToString()));
        Assert.Equal(Enumerable.Range(0, Steps).Select(i => $"{i}.bin.provenance.sigstore.json"), Directory.GetFiles(_place.PathOf("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(Directory.GetFiles(_place.PathOf("out")), path => Assert.NotNull(Bundle.Parse(File.ReadAllBytes(path)).Envelope));
    }

    /// <summary>N-20: a file system that takes nothing.</summary>
    [Theory]
    [InlineData("bundle-dir")]
    [InlineData("state")]
    public async Task A_file_system_that_takes_no_file_is_told_before_the_log_has_an_entry_or_with_what_is_kept(string which)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a file system on which nobody makes files.");
        if (which == "state")
        {
            _place.Variables["SIGNING_AGENT_STATE"] = "/proc/sys/kernel/state";
        }

        Assert.Equal(AgentFaults.CouldNot, await (which == "state" ? StepAsync() : StepAsync(("bundle-dir", "/proc/sys/kernel/out"))));
        Assert.Contains("CANNOT_WRITE", _place.Printed, StringComparison.Ordinal);
        Assert.DoesNotContain("INTERNAL", _place.Printed, StringComparison.Ordinal);
        Assert.Equal(0, _sigstore.Logged);
    }

    /// <summary>R-07: nothing is unpacked here, so no archive can lead anywhere.</summary>
    [Fact]
    public void No_archive_is_ever_unpacked() => Assert.DoesNotContain(
        TypeUses.Of(typeof(SigningAgent).Assembly),
        use => use.UsedType.Namespace is { } space && (space.StartsWith("System.IO.Compression", StringComparison.Ordinal) || space.StartsWith("System.Formats.Tar", StringComparison.Ordinal)));

    /// <summary>R-05: one program may be started, the credential helper that Docker's config names.</summary>
    [Fact]
    public void Nothing_starts_a_program_but_the_credential_helper() => Assert.Equal(
        ["CredentialHelper"],
        TypeUses.Of(typeof(SigningAgent).Assembly).Where(use => use.UsedType == typeof(System.Diagnostics.Process)).Select(use => use.User.Name).Distinct());

    public void Dispose()
    {
        _place.Dispose();
        _sigstore.Dispose();
        _outside.Delete(recursive: true);
    }

    private Dictionary<string, string> WithoutCommandFiles() =>
        _place.Variables.Where(variable => variable.Key is not ("GITHUB_OUTPUT" or "GITHUB_STEP_SUMMARY")).ToDictionary(variable => variable.Key, variable => variable.Value, StringComparer.Ordinal);

    private async Task<int> StepAsync(params (string Input, string Value)[] with)
    {
        foreach (var input in ActionInputs.All)
        {
            _place.Variables[input.Variable] = input.Default;
        }

        foreach (var (input, value) in (IEnumerable<(string, string)>)[("subject-path", "dist/app.zip"), ("authority", SmallSigstore.Url), .. with])
        {
            _place.Variables["INPUT_" + input.ToUpperInvariant()] = value;
        }

        return await SigningAgent.RunAsync(["action"], _place.Environment, TestContext.Current.CancellationToken);
    }
}

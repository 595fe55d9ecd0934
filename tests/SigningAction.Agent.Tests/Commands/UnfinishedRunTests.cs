using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Agent.Tests.Pipelines;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>What a step that failed leaves for the rerun of its job, on a runner that knows nothing of the first; and a state that somebody else wrote.</summary>
public sealed class UnfinishedRunTests : IDisposable
{
    private const string Log = "/api/v2/log/entries";

    private readonly UnhurriedTime _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly SmallSigstore _sigstore;
    private readonly List<TestPlace> _places = [];

    public UnfinishedRunTests() => _sigstore = new SmallSigstore(_time) { Token = () => TestTokens.Create(_time.GetUtcNow().AddMinutes(5)) };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_done_when_the_log_went_down_is_a_file_beside_the_bundles_from_which_a_fresh_runner_goes_on_with_one_entry(bool committed)
    {
        _sigstore.Instead = (path, body) =>
        {
            if (path != Log)
            {
                return null;
            }

            if (committed)
            {
                _sigstore.Log(SmallSigstore.ReadEntry(body));
            }

            return new HttpResponseMessage(HttpStatusCode.BadGateway);
        };
        var first = Place();
        Assert.Equal(AgentFaults.CouldNot, await RunAsync(first));
        var kept = Outputs(first)[ActionOutputs.StatePath];
        Assert.StartsWith("attestations/", kept, StringComparison.Ordinal);
        Assert.EndsWith(RunJournal.Suffix, kept, StringComparison.Ordinal);
        Assert.Contains($"What was done so far is kept in '{kept}'", first.Printed, StringComparison.Ordinal);
        Assert.Equal([kept], Files(first, "attestations"));

        _sigstore.Instead = (_, _) => null;
        _sigstore.Asked.Clear();
        var second = Place();
        second.Write(kept, await File.ReadAllTextAsync(first.PathOf(kept), TestContext.Current.CancellationToken));
        Assert.True(await RunAsync(second) == AgentFaults.Success, second.Printed);
        Assert.Equal(1, _sigstore.Logged);
        Assert.DoesNotContain("/api/v1/timestamp", _sigstore.Asked);
        Assert.Equal(["attestations/app.zip.provenance.sigstore.json"], Files(second, "attestations"));
        Assert.DoesNotContain(ActionOutputs.StatePath, Outputs(second).Keys);
    }

    [Fact]
    public async Task What_was_finished_before_the_log_went_down_is_kept_whole_and_not_logged_again()
    {
        var asked = 0;
        _sigstore.Instead = (path, _) => path == Log && Interlocked.Increment(ref asked) > 2 ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : null;
        var first = Place(("sign", "true"), ("subject-path", "*.zip"));
        first.Write("b.zip", "b");
        Assert.Equal(AgentFaults.CouldNot, await RunAsync(first));
        Assert.Equal(2, _sigstore.Logged);
        Assert.DoesNotContain(Files(first, "attestations"), file => file.EndsWith(".json", StringComparison.Ordinal));
        _sigstore.Instead = (_, _) => null;
        Assert.True(await RunAsync(first) == AgentFaults.Success, first.Printed);
        Assert.Equal(3, _sigstore.Logged);
    }

    [Fact]
    public async Task A_run_of_which_nothing_is_signed_leaves_no_state()
    {
        _sigstore.Instead = (path, _) => path == "/api/v2/signingCert" ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : null;
        var place = Place();
        Assert.Equal(AgentFaults.CouldNot, await RunAsync(place));
        Assert.False(Directory.Exists(place.PathOf("attestations")));
        Assert.False(File.Exists(place.PathOf(".output")));
    }

    [Fact]
    public async Task Another_attestation_of_this_very_workflow_in_the_state_is_not_taken_for_the_one_that_is_asked_for()
    {
        var (key, sbom) = (await KeptAsync(Place()), await KeptAsync(Place(("sbom-path", "sbom.json"))));
        var place = Place();
        key["bundle"] = sbom["bundle"]!.DeepClone();
        await ResumedAnewAsync(place, key);
        var signed = Bundle.Parse(File.ReadAllBytes(place.PathOf("attestations/app.zip.provenance.sigstore.json")));
        Assert.Equal("https://slsa.dev/provenance/v1", Statement.Parse(signed.Envelope!.Payload).PredicateType);
    }

    [Fact]
    public async Task A_plain_signature_in_the_state_is_not_taken_for_an_attestation()
    {
        var attestation = await KeptAsync(Place());
        var signature = await KeptAsync(Place(), "sign", "app.zip", "--authority", SmallSigstore.Url, "--bundle-dir", "attestations");
        attestation["bundle"] = signature["bundle"]!.DeepClone();
        var place = Place();
        await ResumedAnewAsync(place, attestation);
        Assert.NotNull(Bundle.Parse(File.ReadAllBytes(place.PathOf("attestations/app.zip.provenance.sigstore.json"))).Envelope);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"key\":1,\"bundle\":2}")]
    [InlineData("{\"key\":\"a\",\"key\":\"b\"}")]
    [InlineData("{\"target\":\"release v1\",\"digest\":\"zz\"}")]
    [InlineData("\u0000\uFFFF")]
    public async Task What_is_no_line_of_a_state_is_passed_over(string line)
    {
        var place = Place();
        place.Write(await StateAsync(), line + "\n");
        Assert.True(await RunAsync(place) == AgentFaults.Success, place.Printed);
    }

    [Fact]
    public async Task A_signature_in_the_state_that_is_broken_is_made_anew()
    {
        var kept = await KeptAsync(Place());
        var envelope = kept["bundle"]!["dsseEnvelope"]!["signatures"]![0]!;
        var signature = Convert.FromBase64String(envelope["sig"]!.GetValue<string>());
        signature[^1] ^= 1;
        envelope["sig"] = Convert.ToBase64String(signature);
        await ResumedAnewAsync(Place(), kept);
    }

    [Fact]
    public async Task A_link_in_the_place_of_the_state_is_not_followed()
    {
        var place = Place();
        var target = place.Write("victim", "");
        var link = place.PathOf(await StateAsync());
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, target);
        Assert.Equal(AgentFaults.CouldNot, await RunAsync(place));
        Assert.Contains("CANNOT_WRITE", place.Printed, StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(target));
        Assert.Equal(0, _sigstore.Logged);
    }

    [Fact]
    public async Task A_run_that_another_one_does_at_the_same_time_signs_without_the_state_and_says_so()
    {
        var place = Place();
        var path = place.PathOf(await StateAsync());
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            Assert.True(await RunAsync(place) == AgentFaults.Success, place.Printed);
            Assert.Contains("Another run signs the very same at the same time", place.Printed, StringComparison.Ordinal);
        }

        Assert.True(File.Exists(path));
    }

    public void Dispose()
    {
        _places.ForEach(place => place.Dispose());
        _sigstore.Dispose();
    }

    private static IReadOnlyList<string> Files(TestPlace place, string directory) =>
        [.. Directory.EnumerateFiles(place.PathOf(directory)).Select(path => Path.GetRelativePath(place.Directory_, path)).Order(StringComparer.Ordinal)];

    private static Dictionary<string, string> Outputs(TestPlace place) =>
        OutputFileTests.Parse(File.ReadAllText(place.PathOf(".output"))).ToDictionary(o => o.Item1, o => o.Item2, StringComparer.Ordinal);

    private TestPlace Place(params (string Input, string Value)[] with)
    {
        var place = new TestPlace { Network = _sigstore, Time = _time }.AsGitHubJob(SmallSigstore.TokenUrl);
        _places.Add(place);
        place.Write("app.zip", "app");
        place.Write("sbom.json", """{"bomFormat":"CycloneDX","specVersion":"1.6"}""");
        place.Variables["GITHUB_WORKSPACE"] = place.Directory_;
        foreach (var (input, value) in (IEnumerable<(string, string)>)[("subject-path", "app.zip"), ("authority", SmallSigstore.Url), ("wait", "1s"), .. with])
        {
            place.Variables["INPUT_" + input.ToUpperInvariant()] = value;
        }

        return place;
    }

    /// <summary>The last line of the state that a run leaves whose log is down: an unfinished bundle.</summary>
    private async Task<JsonNode> KeptAsync(TestPlace place, params string[] args)
    {
        _sigstore.Instead = (path, _) => path == Log ? new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) : null;
        Assert.Equal(AgentFaults.CouldNot, await RunAsync(place, args));
        _sigstore.Instead = (_, _) => null;
        return JsonNode.Parse(File.ReadLines(place.PathOf(Outputs(place)[ActionOutputs.StatePath])).Last(line => line.Length > 0))!;
    }

    /// <summary>Where the state of the step is.</summary>
    private async Task<string> StateAsync()
    {
        var place = Place();
        _ = await KeptAsync(place);
        return Outputs(place)[ActionOutputs.StatePath];
    }

    /// <summary>A step that finds this line in its state signs all the same, with a timestamp of its own.</summary>
    private async Task ResumedAnewAsync(TestPlace place, JsonNode line)
    {
        place.Write(await StateAsync(), line.ToJsonString() + "\n");
        _sigstore.Asked.Clear();
        Assert.True(await RunAsync(place) == AgentFaults.Success, place.Printed);
        Assert.Contains("/api/v1/timestamp", _sigstore.Asked);
        new Verifier(_sigstore.Root).Verify(
            Bundle.Parse(File.ReadAllBytes(place.PathOf("attestations/app.zip.provenance.sigstore.json"))),
            Artifact.OfBytes(Encoding.UTF8.GetBytes("app")),
            new VerificationPolicy { Issuer = "https://token.example", Identity = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main" });
    }

    private Task<int> RunAsync(TestPlace place, params string[] args) =>
        _time.RunAsync(SigningAgent.RunAsync(args is [] ? ["action"] : args, place.Environment, TestContext.Current.CancellationToken));
}

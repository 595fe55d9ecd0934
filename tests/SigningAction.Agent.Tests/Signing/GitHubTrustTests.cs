using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;
using SigningAction.Testing.Tuf;

namespace SigningAction.Agent.Tests.Signing;

/// <summary>Where the trusted root of GitHub's own instance comes from: a file, or the TUF repository.</summary>
public sealed class GitHubTrustTests : IDisposable
{
    private readonly GitHubJob _job = new();

    [Fact]
    public async Task A_file_of_both_instances_roots_serves_by_the_one_that_is_GitHubs()
    {
        File.AppendAllBytes(_job.Place.PathOf("both.jsonl"), [.. Line(PublicGood.Root()), .. Line(_job.Sigstore.Root)]);
        _job.Set(ActionInputs.TrustedRoot, "both.jsonl");
        await _job.RunAsync(AgentFaults.Success);
    }

    [Fact]
    public async Task A_root_of_somebody_else_is_told_before_a_token_is_asked_for()
    {
        _job.Write("root.json", PublicGood.Root());
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains("'gh attestation trusted-root' prints that one", _job.Place.Printed, StringComparison.Ordinal);
        Assert.Empty(_job.Sigstore.Asked);
    }

    [Fact]
    public async Task Two_roots_of_the_same_instance_leave_open_which_one_signs()
    {
        File.AppendAllBytes(_job.Place.PathOf("twice.jsonl"), [.. Line(_job.Sigstore.Root), .. Line(_job.Sigstore.Root)]);
        _job.Set(ActionInputs.TrustedRoot, "twice.jsonl");
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains("2 trusted roots that may be meant", _job.Place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_root_it_is_said_what_to_give()
    {
        _job.Set(ActionInputs.TrustedRoot, "");
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains("give trusted-root, a file that 'gh attestation trusted-root' prints, or tuf-root", _job.Place.Printed, StringComparison.Ordinal);
        Assert.Empty(_job.Sigstore.Asked);
    }

    [Fact]
    public async Task The_root_comes_by_TUF_from_GitHubs_repository_where_only_its_first_root_is_given()
    {
        _job.UseTuf();
        await _job.RunAsync(AgentFaults.Success);
        Assert.All(_job.TufServer.Requests, request => Assert.Null(request.Authorization));
        Assert.Contains("https://tuf-repo.github.com/timestamp.json", _job.TufServer.Requests.Select(request => request.Address.AbsoluteUri));
    }

    [Fact]
    public async Task A_TUF_repository_of_other_keys_is_refused_before_a_token_is_asked_for()
    {
        using var stranger = new TufRepository(TimeProvider.System.GetUtcNow());
        _job.UseTuf();
        File.WriteAllBytes(_job.Place.PathOf("tuf.json"), stranger.InitialRoot);
        await _job.RunAsync(AgentFaults.Refused);
        Assert.Contains("is refused, and nothing was signed", _job.Place.Printed, StringComparison.Ordinal);
        Assert.Empty(_job.Sigstore.Asked);
    }

    [Fact]
    public async Task An_expired_TUF_repository_is_refused()
    {
        _job.Tuf.TimestampDays = -1;
        _job.UseTuf();
        await _job.RunAsync(AgentFaults.Refused);
        Assert.Contains("expired", _job.Place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_TUF_file_that_is_longer_than_such_files_are_is_refused()
    {
        _job.UseTuf();
        _job.Tuf.Files["timestamp.json"] = new byte[20_000];
        await _job.RunAsync(AgentFaults.Refused);
        Assert.Contains("16384 is the most", _job.Place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_lists_the_root_of_another_instance_is_told()
    {
        _job.UseTuf();
        _job.Tuf.Targets["trusted_root.json"] = PublicGood.Root().ToJson();
        _job.Tuf.Publish();
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains("lists no certificate authority of \"GitHub, Inc.\"", _job.Place.Printed, StringComparison.Ordinal);
        Assert.Empty(_job.Sigstore.Asked);
    }

    [Fact]
    public async Task A_first_root_that_is_none_is_a_fault_of_the_file_that_was_given()
    {
        _job.UseTuf();
        _job.Place.Write("tuf.json", "{}");
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains("'tuf.json' is not usable", _job.Place.Printed, StringComparison.Ordinal);
        Assert.Empty(_job.TufServer.Requests);
    }

    [Fact]
    public async Task A_dry_run_with_a_root_at_hand_asks_nobody()
    {
        _job.Set(ActionInputs.DryRun, "true");
        await _job.RunAsync(AgentFaults.Success);
        Assert.Empty(_job.Sigstore.Asked);
    }

    [Fact]
    public async Task A_target_whose_bytes_are_not_the_listed_ones_is_refused()
    {
        _job.UseTuf();
        var target = _job.Tuf.Files.Keys.Single(path => path.StartsWith("targets/", StringComparison.Ordinal));
        using var stranger = InMemorySigstore.GitHub();
        _job.Tuf.Files[target] = stranger.TrustedRoot.ToJson();
        await _job.RunAsync(AgentFaults.Refused);
        Assert.Empty(_job.Sigstore.Asked);
    }

    [Fact]
    public async Task A_tenant_of_GHE_com_has_its_own_services_and_no_root_of_GitHubs_repository()
    {
        _job.Place.Variables["GITHUB_SERVER_URL"] = "https://octo.ghe.com";
        _job.Sigstore.Identity = identity => identity with { RepositoryUri = "https://octo.ghe.com/octo/app" };
        await _job.RunAsync(AgentFaults.Success);
        var summary = WebUtility.HtmlDecode(File.ReadAllText(_job.Place.PathOf(".summary")));
        Assert.Contains("gh attestation trusted-root --hostname octo.ghe.com > trusted_root.jsonl", summary, StringComparison.Ordinal);
        _job.UseTuf();
        await _job.RunAsync(AgentFaults.Usage);
        Assert.Contains("gh attestation trusted-root --hostname", _job.Place.Printed, StringComparison.Ordinal);
    }

    public void Dispose() => _job.Dispose();

    private static byte[] Line(TrustedRoot root) => Encoding.UTF8.GetBytes(JsonNode.Parse(root.ToJson())!.ToJsonString() + "\n");
}

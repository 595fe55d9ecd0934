using System.Net;
using System.Text;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;
using SigningAction.Verifier.Sources.GitHub;

namespace SigningAction.Verifier.Tests.Sources.GitHub;

public sealed class GitHubReleasesTests : IDisposable
{
    private const string Api = "https://api.github.com/repos/octo/app/";
    private static readonly string Commit = new('a', 40);
    private readonly Workspace _workspace = new();

    public GitHubReleasesTests()
    {
        _workspace.Network
            .On($"{Api}releases/tags/v1", """{"id":7,"tag_name":"v1"}""")
            .On($"{Api}releases/7/assets?per_page=100", $$"""[{"name":"app.zip","digest":"sha256:{{Sha256Digest.Of(_workspace.Bytes)}}"},{"name":"app.zip.sigstore.json"}]""")
            .On($"{Api}commits/tags/v1", Commit)
            .On($"{Api}attestations/sha256:{Sha256Digest.Of(_workspace.Bytes)}?per_page=30", Page(_workspace.Sigstore.Attest(_workspace.Bytes)));
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_release_at_GitHub_is_proven_by_its_digests_and_the_commit_of_its_tag()
    {
        var outcome = Verify("octo/app@v1");
        Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
        Assert.Contains("verified    app.zip  https://slsa.dev/provenance/v1", outcome.Out, StringComparison.Ordinal);
        Assert.Contains($"Commit       {Commit}", outcome.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tag_that_was_moved_since_is_refused()
    {
        _workspace.Network.On($"{Api}commits/tags/v1", new string('c', 40));
        var outcome = Verify("octo/app@v1");
        Assert.Equal(ExitCode.Refused, outcome.Exit);
        Assert.Contains("SOURCE_DIGEST_MISMATCH", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_of_another_repository_than_its_own_is_refused()
    {
        var stranger = InMemorySigstore.Workflow with { RepositoryUri = "https://github.com/evil/app", SourceDigest = Commit };
        _workspace.Network.On($"{Api}attestations/sha256:{Sha256Digest.Of(_workspace.Bytes)}?per_page=30", Page(_workspace.Sigstore.Attest(_workspace.Bytes, stranger)));
        var outcome = Verify("octo/app@v1");
        Assert.Equal(ExitCode.Refused, outcome.Exit);
        Assert.Contains("REPOSITORY_MISMATCH", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_asset_on_a_later_page_belongs_to_the_release()
    {
        const string Second = $"{Api}releases/7/assets?per_page=100&page=2";
        var first = $$"""[{"name":"app.zip","digest":"sha256:{{Sha256Digest.Of(_workspace.Bytes)}}"}]""";
        _workspace.Network
            .On($"{Api}releases/7/assets?per_page=100", _ => ScriptedNetwork.Answer(Encoding.UTF8.GetBytes(first), HttpStatusCode.OK, ("Link", $"<{Second}>; rel=\"next\"")))
            .On(Second, $$"""[{"name":"evil.zip","digest":"sha256:{{new string('0', 64)}}"}]""");
        var outcome = Verify("octo/app@v1");
        Assert.Equal(ExitCode.Refused, outcome.Exit);
        Assert.Contains("REFUSED     evil.zip  NO_BUNDLE", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_asset_without_a_digest_is_not_checked()
    {
        _workspace.Network.On($"{Api}releases/7/assets?per_page=100", """[{"name":"old.zip"}]""");
        var outcome = Verify("octo/app@v1");
        Assert.Equal(ExitCode.NotChecked, outcome.Exit);
        Assert.Contains("Download the release", outcome.Error + outcome.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("octo/app@v2")]
    [InlineData("octo/app@../../x")]
    public void A_release_that_does_not_exist_proves_nothing(string name) => Assert.Equal(ExitCode.NotChecked, Verify(name).Exit);

    [Theory]
    [InlineData("""{"id":"x"}""", "[]", "")]
    [InlineData("""{"id":7}""", "[]", "")]
    [InlineData("""{"id":7}""", """[{"digest":"sha256:00"}]""", "")]
    [InlineData("""{"id":7}""", "[null]", "")]
    [InlineData("""{"id":7}""", """[{"name":null}]""", "")]
    [InlineData("null", "[]", "")]
    [InlineData("""{"id":7}""", """[{"name":"a","digest":"sha256:00"}]""", "not a commit")]
    public void An_answer_of_another_form_proves_nothing(string release, string assets, string commit)
    {
        _workspace.Network.On($"{Api}releases/tags/v1", release).On($"{Api}releases/7/assets?per_page=100", assets).On($"{Api}commits/tags/v1", commit);
        Assert.Equal((ExitCode.NotChecked, string.Empty), (Verify("octo/app@v1").Exit, Verify("octo/app@v1").Out));
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized, "", "Renew GH_TOKEN")]
    [InlineData(HttpStatusCode.MovedPermanently, "", "octo/app has moved")]
    [InlineData(HttpStatusCode.Forbidden, "0", "rate limit is used up until 2033-05-18 03:33:20Z")]
    [InlineData(HttpStatusCode.Forbidden, "7", "contents: read")]
    [InlineData(HttpStatusCode.BadRequest, "", "verify the directory")]
    public void Whatever_GitHub_answers_instead_is_nobodys_verdict_and_has_a_remedy(HttpStatusCode status, string remaining, string remedy)
    {
        _workspace.Network.On($"{Api}releases/tags/v1", status, ("x-ratelimit-remaining", remaining), ("x-ratelimit-reset", "2000000000"), ("Location", "https://api.github.com/repositories/1"));
        var outcome = Verify("octo/app@v1");
        Assert.Equal(ExitCode.NotChecked, outcome.Exit);
        Assert.Contains(remedy, outcome.Error, StringComparison.Ordinal);
        Assert.Single(_workspace.Network.Asked);
    }

    [Fact]
    public void A_managed_key_names_no_repository_so_it_is_for_directories()
    {
        using var key = InMemorySigstore.NewKey();
        File.WriteAllText(_workspace.Under("key.pem"), key.ExportSubjectPublicKeyInfoPem());
        File.WriteAllBytes(_workspace.Under("a.sigstore.json"), _workspace.Sigstore.Sign(_workspace.Bytes).ToJson());
        foreach (var more in new string[][] { [], ["--authority", "https://sign.example"], ["--bundle", _workspace.Under("a.sigstore.json")] })
        {
            var outcome = Outcome.Of(
                new Surroundings { Network = () => _workspace.Network, Variable = _ => null, IsWatched = () => false },
                ["verify-release", "octo/app@v1", "--key", _workspace.Under("key.pem"), "--trusted-root", _workspace.TrustedRoot, .. more]);
            Assert.Equal(ExitCode.Usage, outcome.Exit);
        }

        Assert.Empty(_workspace.Network.Asked);
    }

    [Fact]
    public void Offline_asks_nobody()
    {
        Assert.Equal(ExitCode.Usage, Verify("octo/app@v1", "--offline").Exit);
        Assert.Empty(_workspace.Network.Asked);
    }

    [Theory]
    [InlineData("octo/app@v1", "octo/app", "v1")]
    [InlineData("octo/app@pkg@1.0/x", "octo/app", "pkg@1.0/x")]
    public void A_tag_may_hold_what_it_likes(string name, string repository, string tag) => Assert.Equal(new ReleaseName(repository, tag), ReleaseName.Parse(name));

    [Theory]
    [InlineData("octo/app")]
    [InlineData("octo/app@")]
    [InlineData("octo@v1")]
    [InlineData("a/b/c@v1")]
    [InlineData("../app@v1")]
    [InlineData("octo/a b@v1")]
    public void Anything_else_is_a_directory(string name) => Assert.Null(ReleaseName.Parse(name));

    private static string Page(Bundle bundle) => $$"""{"attestations":[{"bundle":{{Encoding.UTF8.GetString(bundle.ToJson())}}}]}""";

    private Outcome Verify(params string[] args) => Outcome.Of(
        new Surroundings { Network = () => _workspace.Network, Variable = _ => null, IsWatched = () => false },
        ["verify-release", .. args, "--trusted-root", _workspace.TrustedRoot]);
}

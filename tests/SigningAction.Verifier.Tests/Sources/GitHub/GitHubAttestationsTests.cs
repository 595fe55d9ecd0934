using System.Net;
using System.Text;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using Snappier;

namespace SigningAction.Verifier.Tests.Sources.GitHub;

public sealed class GitHubAttestationsTests : IDisposable
{
    private const string Token = "ghp_secret";

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    private string Digest => $"sha256:{Sha256Digest.Of(_workspace.Bytes)}";

    private string RepositoryAddress => $"https://api.github.com/repos/octo/app/attestations/{Digest}?per_page=30";

    [Fact]
    public void What_GitHub_keeps_of_a_public_repository_is_found_without_a_token()
    {
        _workspace.Network.On(RepositoryAddress, Page(_workspace.Sigstore.Attest(_workspace.Bytes)));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
        Assert.Equal([RepositoryAddress], _workspace.Network.Asked);
    }

    [Fact]
    public void A_digest_is_enough()
    {
        _workspace.Network.On(RepositoryAddress, Page(_workspace.Sigstore.Attest(_workspace.Bytes)));
        Assert.Equal(ExitCode.Verified, _workspace.Verify(Digest, "--repo", "octo/app").Exit);
    }

    [Fact]
    public void What_is_at_hand_is_not_asked_for_and_offline_nothing_is()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
        File.Delete(_workspace.Bundle);
        var outcome = _workspace.VerifyAsRepository("--offline");
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), (outcome.Exit, outcome.Reason));
        Assert.Empty(_workspace.Network.Asked);
    }

    [Fact]
    public void An_owner_is_an_organisation_or_else_a_user()
    {
        var user = $"https://api.github.com/users/octo/attestations/{Digest}?per_page=30";
        _workspace.Network.On(user, Page(_workspace.Sigstore.Attest(_workspace.Bytes)));
        Assert.Equal(ExitCode.Verified, _workspace.Verify(_workspace.Artifact, "--owner", "octo").Exit);
        Assert.Equal([user.Replace("users", "orgs", StringComparison.Ordinal), user], _workspace.Network.Asked);
    }

    [Fact]
    public void A_bundle_by_address_is_a_Snappy_block_and_the_token_does_not_go_there()
    {
        const string Storage = "https://storage.example/bundle?sig=1";
        _workspace.Variables["GH_TOKEN"] = Token;
        _workspace.Network
            .On(RepositoryAddress, $$"""{"attestations":[{"bundle":null,"repository_id":1,"bundle_url":"{{Storage}}"}]}""")
            .On(Storage, Snappy.CompressToArray(_workspace.Sigstore.Attest(_workspace.Bytes).ToJson()));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
        Assert.Equal([$"{RepositoryAddress} Bearer {Token}", Storage], _workspace.Network.Asked);
    }

    [Theory]
    [InlineData(new byte[0], "BUNDLE_MALFORMED")]
    [InlineData(new byte[] { 5, 1, 2 }, "BUNDLE_MALFORMED")]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0x07, 0 }, "TOO_LARGE")]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, "BUNDLE_MALFORMED")]
    public void A_block_that_does_not_decompress_within_its_cap_is_refused(byte[] block, string code)
    {
        const string Storage = "https://storage.example/bundle";
        _workspace.Network.On(RepositoryAddress, $$"""{"attestations":[{"bundle_url":"{{Storage}}"}]}""").On(Storage, block);
        var outcome = _workspace.VerifyAsRepository();
        Assert.Equal((ExitCode.Refused, code), (outcome.Exit, outcome.Reason));
    }

    [Theory]
    [InlineData("http://storage.example/bundle")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:password@storage.example/bundle")]
    [InlineData("bundle")]
    public void A_bundle_lies_on_an_https_address_or_nowhere(string address)
    {
        _workspace.Network.On(RepositoryAddress, $$"""{"attestations":[{"bundle_url":"{{address}}"}]}""");
        Assert.Equal(ExitCode.NotChecked, _workspace.VerifyAsRepository().Exit);
        Assert.Single(_workspace.Network.Asked);
    }

    [Fact]
    public void Pages_are_followed_on_the_same_server_up_to_the_limit()
    {
        var second = RepositoryAddress + "&after=2";
        _workspace.Variables["GITHUB_TOKEN"] = Token;
        _workspace.Network
            .On(RepositoryAddress, _ => ScriptedNetwork.Answer(Encoding.UTF8.GetBytes(Page(_workspace.Sigstore.Sign("x"u8.ToArray()))), HttpStatusCode.OK, ("Link", $"<{second}>; rel=\"next\"")))
            .On(second, _ => ScriptedNetwork.Answer(Encoding.UTF8.GetBytes(Page(_workspace.Sigstore.Attest(_workspace.Bytes))), HttpStatusCode.OK, ("Link", "<https://evil.example/>; rel=\"next\"")));
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
        Assert.Equal([$"{RepositoryAddress} Bearer {Token}", $"{second} Bearer {Token}"], _workspace.Network.Asked);

        var limited = RepositoryAddress.Replace("30", "1", StringComparison.Ordinal);
        _workspace.Network.On(limited, _ => ScriptedNetwork.Answer(Encoding.UTF8.GetBytes(Page(_workspace.Sigstore.Sign("x"u8.ToArray()))), HttpStatusCode.OK, ("Link", $"<{second}>; rel=\"next\"")));
        Assert.Equal((ExitCode.Refused, "DIGEST_MISMATCH"), Verdict(_workspace.VerifyAsRepository("--limit", "1")));
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "0", "Set GH_TOKEN")]
    [InlineData(HttpStatusCode.TooManyRequests, "0", "Set GH_TOKEN")]
    [InlineData(HttpStatusCode.Forbidden, "59", "attestations: read")]
    [InlineData(HttpStatusCode.Unauthorized, "59", "Renew GH_TOKEN")]
    [InlineData(HttpStatusCode.MovedPermanently, "59", "present name")]
    [InlineData(HttpStatusCode.InternalServerError, "59", "Try again")]
    public void Whatever_GitHub_answers_instead_is_nobodys_verdict_and_has_a_remedy(HttpStatusCode status, string remaining, string remedy)
    {
        _workspace.Network.On(RepositoryAddress, status, ("x-ratelimit-remaining", remaining), ("x-ratelimit-reset", "1790000000"), ("Location", "https://evil.example/"));
        var outcome = _workspace.VerifyAsRepository();
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(outcome));
        Assert.Contains(remedy, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", string.Concat(_workspace.Network.Asked), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("octo.ghe.com", "https://api.octo.ghe.com/", "GH_TOKEN")]
    [InlineData("git.example.org", "https://git.example.org/api/v3/", "GH_ENTERPRISE_TOKEN")]
    public void Another_GitHub_is_asked_at_its_own_address_with_its_own_token(string host, string api, string variable)
    {
        _workspace.Variables["GH_TOKEN"] = "public";
        _workspace.Variables[variable] = Token;
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), Verdict(_workspace.VerifyAsRepository("--hostname", host)));
        Assert.Equal([$"{api}repos/octo/app/attestations/{Digest}?per_page=30 Bearer {Token}"], _workspace.Network.Asked);
    }

    [Fact]
    public void The_type_that_is_asked_for_and_the_other_digest_go_into_the_question()
    {
        _ = _workspace.VerifyAsRepository("--predicate-type", SlsaProvenance.PredicateType, "--digest-alg", "sha512");
        var asked = Assert.Single(_workspace.Network.Asked);
        Assert.Contains("attestations/sha512:", asked, StringComparison.Ordinal);
        Assert.EndsWith("&predicate_type=https%3A%2F%2Fslsa.dev%2Fprovenance%2Fv1", asked, StringComparison.Ordinal);
    }

    [Fact]
    public void By_a_digest_that_is_not_known_GitHub_is_not_asked_and_nothing_is_said_of_it()
    {
        var outcome = _workspace.Verify($"sha256:{SigningAction.Evidence.Encoding.Sha256Digest.Of(_workspace.Bytes)}", "--repo", "octo/app", "--digest-alg", "sha512");
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(outcome));
        Assert.Contains("--digest-alg", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_workspace.Network.Asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"attestations":[],"attestations":[]}""")]
    [InlineData("""{"attestations":[null]}""")]
    [InlineData("""{"attestations":[{"bundle":null}]}""")]
    [InlineData("""{"attestations":[{"bundle_url":null}]}""")]
    [InlineData("""{"attestations":[{}]}""")]
    public void An_answer_that_is_no_page_of_attestations_is_nobodys_verdict(string body)
    {
        _workspace.Network.On(RepositoryAddress, body);
        Assert.Equal(ExitCode.NotChecked, _workspace.VerifyAsRepository().Exit);
    }

    private static string Page(params Bundle[] bundles) =>
        $$"""{"attestations":[{{string.Join(',', bundles.Select(bundle => $$"""{"bundle":{{Encoding.UTF8.GetString(bundle.ToJson())}},"repository_id":1}"""))}}]}""";

    private static (ExitCode Exit, string Reason) Verdict(Outcome outcome) => (outcome.Exit, outcome.Reason);
}

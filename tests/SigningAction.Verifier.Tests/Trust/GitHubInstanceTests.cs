using SigningAction.Evidence.Bundles;
using SigningAction.Testing;
using SigningAction.Verifier.Trust;

namespace SigningAction.Verifier.Tests.Trust;

/// <summary>GitHub's own instance, as the program meets it: the certificate names the authority, and the profile of that authority is asked for, whatever the trusted roots are.</summary>
public sealed class GitHubInstanceTests : IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly InMemorySigstore _github = InMemorySigstore.GitHub();

    public GitHubInstanceTests() => File.WriteAllBytes(_workspace.TrustedRoot, _github.TrustedRoot.ToJson());

    public void Dispose()
    {
        _workspace.Dispose();
        _github.Dispose();
    }

    [Fact]
    public void What_it_signed_verifies_without_a_log_and_says_so()
    {
        _workspace.With(_github.Attest(_workspace.Bytes));
        var outcome = _workspace.VerifyAsRepository();
        Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
        Assert.Contains("Log entry    none", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository("--no-public-good").Exit);
    }

    [Fact]
    public void Without_a_timestamp_it_is_refused()
    {
        var signed = _github.Sign(_workspace.Bytes);
        _workspace.With(Bundle.Create(signed.Signer.Certificate, signed.MessageSignature!, [], []));
        Assert.Equal("NO_TRUSTED_TIME", _workspace.VerifyAsRepository().Reason);
    }

    [Fact]
    public void Beside_the_public_good_root_each_bundle_is_proven_by_its_own()
    {
        var lines = string.Join('\n', new[] { EmbeddedTrust.TrustedRoot(), _workspace.Sigstore.TrustedRoot.ToJson(), _github.TrustedRoot.ToJson() }.Select(Line));
        File.WriteAllText(_workspace.TrustedRoot, lines);
        foreach (var bundle in new[] { _github.Sign(_workspace.Bytes), _workspace.Sigstore.Sign(_workspace.Bytes) })
        {
            _workspace.With(bundle);
            Assert.Equal(ExitCode.Verified, _workspace.VerifyAsRepository().Exit);
        }
    }

    [Theory]
    [InlineData("GitHub, Inc")]
    [InlineData("github, inc.")]
    [InlineData("Evil, Inc.")]
    public void An_authority_of_another_name_has_to_show_logs(string organization)
    {
        using var other = InMemorySigstore.GitHub(organization);
        File.WriteAllBytes(_workspace.TrustedRoot, other.TrustedRoot.ToJson());
        _workspace.With(other.Sign(_workspace.Bytes));
        Assert.Equal("SCT_MISSING", _workspace.VerifyAsRepository().Reason);
    }

    [Fact]
    public void A_stranger_of_the_same_name_is_refused()
    {
        using var stranger = InMemorySigstore.GitHub();
        _workspace.With(stranger.Sign(_workspace.Bytes));
        Assert.Equal("UNTRUSTED_ISSUER", _workspace.VerifyAsRepository().Reason);
    }

    private static string Line(byte[] root) => System.Text.Json.Nodes.JsonNode.Parse(root)!.ToJsonString();
}

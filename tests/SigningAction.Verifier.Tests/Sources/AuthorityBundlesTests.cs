using System.Net;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Tests.Sources;

/// <summary>Bundles that an authority keeps, where none lies at hand.</summary>
public sealed class AuthorityBundlesTests : IDisposable
{
    private const string Url = "https://sign.test/base/";

    private readonly Workspace _workspace = new();
    private readonly ScriptedNetwork _network;

    private string Address => $"https://sign.test/base/api/v1/bundles/sha256:{Sha256Digest.Of(_workspace.Bytes)}";

    public AuthorityBundlesTests() => _network = _workspace.Network;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_bundle_that_the_authority_keeps_is_found_by_the_artifact_also_behind_one_that_proves_nothing()
    {
        var other = _workspace.Sigstore.Sign("another"u8.ToArray()).ToJson();
        _network.On(Address, [.. other, (byte)'\n', .. _workspace.Sigstore.Sign(_workspace.Bytes).ToJson(), (byte)'\n']);
        Assert.Equal(ExitCode.Verified, Verify().Exit);
        Assert.Equal([Address], _network.Asked);
    }

    [Fact]
    public void What_lies_at_hand_is_not_asked_for()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        Assert.Equal(ExitCode.Verified, Verify().Exit);
        Assert.Empty(_network.Asked);
    }

    [Fact]
    public void An_authority_that_keeps_none_makes_no_signature_found()
    {
        var outcome = Verify();
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), (outcome.Exit, outcome.Reason));
        Assert.Contains("sign.test keeps no bundle of it", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_that_refuses_to_answer_is_not_checked()
    {
        _network.On(Address, HttpStatusCode.Forbidden);
        Assert.Equal(ExitCode.NotChecked, Verify().Exit);
    }

    [Theory]
    [InlineData("--offline")]
    [InlineData("--bundle", "b.sigstore.json")]
    [InlineData("--bundle-from-oci")]
    public void Beside_options_that_look_elsewhere_or_nowhere_it_is_a_usage_error(params string[] more) =>
        Assert.Equal(ExitCode.Usage, _workspace.Verify([_workspace.Artifact, "--repo", "octo/app", "--authority", Url, .. more]).Exit);

    [Theory]
    [InlineData("http://sign.test")]
    [InlineData("https://user@sign.test")]
    [InlineData("https://sign.test/?a=b")]
    [InlineData("sign.test")]
    [InlineData("")]
    public void An_address_that_is_not_encrypted_or_no_base_is_a_usage_error(string url)
    {
        Assert.Equal(ExitCode.Usage, _workspace.Verify(_workspace.Artifact, "--repo", "octo/app", "--authority", url).Exit);
        Assert.Empty(_network.Asked);
    }

    private Outcome Verify() => _workspace.Verify(_workspace.Artifact, "--repo", "octo/app", "--authority", Url);
}

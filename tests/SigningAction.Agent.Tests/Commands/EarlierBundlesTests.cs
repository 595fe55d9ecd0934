using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>What a run finds where it will write: its own bundle of an earlier run, or something that must not be lost.</summary>
public sealed class EarlierBundlesTests : IDisposable
{
    private readonly SmallSigstore _sigstore = new(TimeProvider.System);
    private readonly TestPlace _place;

    public EarlierBundlesTests()
    {
        _place = new TestPlace { Network = _sigstore }.AsGitHubJob(SmallSigstore.TokenUrl);
        _place.Write("a.zip", "a");
    }

    [Theory]
    [InlineData("attest", "sign", "holds an attestation (https://slsa.dev/provenance/v1)")]
    [InlineData("sign", "attest", "holds a signature")]
    public async Task A_bundle_that_says_something_else_is_not_replaced(string first, string second, string told)
    {
        Assert.Equal(AgentFaults.Success, await RunAsync(first, "a.zip"));
        var kept = await File.ReadAllBytesAsync(_place.PathOf("a.zip.sigstore.json"), TestContext.Current.CancellationToken);
        var asked = _sigstore.Asked.Count;
        Assert.Equal(AgentFaults.Usage, await RunAsync(second, "a.zip"));
        Assert.Contains(told, _place.Printed, StringComparison.Ordinal);
        Assert.Equal(kept, await File.ReadAllBytesAsync(_place.PathOf("a.zip.sigstore.json"), TestContext.Current.CancellationToken));
        Assert.DoesNotContain("/token", _sigstore.Asked.Skip(asked));
    }

    [Fact]
    public async Task An_attestation_of_another_kind_is_not_replaced()
    {
        _place.Write("sbom.json", """{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"a"}""");
        Assert.Equal(AgentFaults.Success, await RunAsync("attest", "a.zip"));
        Assert.Equal(AgentFaults.Usage, await RunAsync("attest", "a.zip", "--sbom-path", "sbom.json"));
        Assert.Equal(AgentFaults.Success, await RunAsync("attest", "a.zip", "--sbom-path", "sbom.json", "--bundle", "a.sbom.json"));
    }

    [Theory]
    [InlineData("attest")]
    [InlineData("sign")]
    public async Task A_bundle_that_says_the_same_is_replaced(string verb)
    {
        Assert.Equal(AgentFaults.Success, await RunAsync(verb, "a.zip"));
        Assert.Equal(AgentFaults.Success, await RunAsync(verb, "a.zip"));
        Assert.Equal(2, _sigstore.Logged);
    }

    [Fact]
    public async Task A_file_that_is_signed_is_not_replaced_by_its_bundle()
    {
        Assert.Equal(AgentFaults.Usage, await RunAsync("sign", "a.zip", "--bundle", "a.zip"));
        Assert.Contains("is signed itself", _place.Printed, StringComparison.Ordinal);
        Assert.Equal("a", await File.ReadAllTextAsync(_place.PathOf("a.zip"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Files_that_a_shell_lists_with_their_bundles_are_signed_without_them()
    {
        _place.Write("b.zip", "b");
        Assert.Equal(AgentFaults.Success, await RunAsync("sign", "a.zip", "b.zip"));
        Assert.Equal(AgentFaults.Success, await RunAsync("sign", "a.zip", "a.zip.sigstore.json", "b.zip", "b.zip.sigstore.json"));
        Assert.Equal(4, _sigstore.Logged);
        Assert.False(File.Exists(_place.PathOf("a.zip.sigstore.json.sigstore.json")));

        // Named alone it is meant.
        Assert.Equal(AgentFaults.Success, await RunAsync("sign", "a.zip.sigstore.json"));
        Assert.True(File.Exists(_place.PathOf("a.zip.sigstore.json.sigstore.json")));
    }

    public void Dispose()
    {
        _place.Dispose();
        _sigstore.Dispose();
    }

    private Task<int> RunAsync(params string[] args) =>
        SigningAgent.RunAsync([.. args, "--authority", SmallSigstore.Url], _place.Environment, TestContext.Current.CancellationToken);
}

using System.Text.Json.Nodes;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Signing;

public sealed class PublicGoodTests
{
    [Fact]
    public void Every_address_that_is_built_in_is_one_that_the_trusted_root_names()
    {
        var root = JsonNode.Parse(PublicGood.Root().ToJson())!;
        var services = PublicGood.Services();
        Assert.Equal(services.CertificateAuthorities.Select(s => s.Url), Named(root, "certificateAuthorities", "uri").Distinct());
        Assert.Contains(Assert.Single(services.Logs).Url, Named(root, "tlogs", "baseUrl"));
        Assert.Equal(services.TimestampAuthorities.Select(s => s.Url), Named(root, "timestampAuthorities", "uri"));
    }

    [Fact]
    public void Its_log_is_the_one_that_stays_at_its_address() =>
        Assert.Equal(1, SigningServices.Select(PublicGood.Services(), PublicGood.Root(), TrustProfile.Sigstore, new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero)).LogVersion);

    [Fact]
    public async Task A_dry_run_with_it_asks_nobody()
    {
        using var network = new ScriptedNetwork(ScriptedNetwork.Broken());
        using var place = new TestPlace { Network = network };
        place.Write("a.zip", "a");
        Assert.Equal(AgentFaults.Success, await SigningAgent.RunAsync(["attest", "a.zip", "--authority", "public-good", "--dry-run"], place.Environment, TestContext.Current.CancellationToken));
        Assert.Empty(network.Requests);
    }

    [Fact]
    public async Task A_certificate_of_somebody_else_is_not_taken_for_one_of_the_public_instance()
    {
        using var sigstore = new SmallSigstore(TimeProvider.System);
        using var place = new TestPlace { Network = sigstore };
        place.Write("a.zip", "a");
        place.Variables["SIGSTORE_ID_TOKEN"] = TestTokens.Create();
        Assert.Equal(AgentFaults.Refused, await SigningAgent.RunAsync(["sign", "a.zip", "--authority", "public-good"], place.Environment, TestContext.Current.CancellationToken));
        Assert.Contains("EVIDENCE_REFUSED", place.Printed, StringComparison.Ordinal);
        Assert.Equal(["/api/v2/signingCert"], sigstore.Asked);
    }

    private static IEnumerable<string> Named(JsonNode root, string list, string member) => root[list]!.AsArray().Select(item => item![member]!.GetValue<string>());
}

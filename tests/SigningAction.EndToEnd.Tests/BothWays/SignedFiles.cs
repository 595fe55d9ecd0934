using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.BothWays;

/// <summary>What was signed in the course of a test, which everybody must accept to its end.</summary>
internal sealed class SignedFiles(LiveAuthority authority)
{
    private readonly List<(string File, string Bundle)> _signed = [];

    /// <summary>Everybody signs once, in the log of this host name; that is the first line of the checkpoint in the bundle.</summary>
    public async Task SignByAllAsync(string host)
    {
        foreach (var who in Signers.All)
        {
            var file = authority.NewFile("artifact.txt", $"signed by {who} in {host}, number {_signed.Count}");
            var bundle = await Signers.SignAsync(who, false, file, authority);
            var json = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(bundle))!.ToJsonString();
            Assert.Contains($"\"envelope\":\"{host}\\n", json, StringComparison.Ordinal);
            _signed.Add((file, bundle));
        }
    }

    /// <summary>Everybody verifies everything, with the trusted root as it is now.</summary>
    public async Task AssertAcceptedByAllAsync()
    {
        foreach (var verifier in Verifiers.All)
        {
            foreach (var (file, bundle) in _signed)
            {
                var verified = await Verifiers.VerifyAsync(verifier, false, file, bundle, authority);
                Assert.True(verified.ExitCode == 0, $"{verifier} refuses {await File.ReadAllTextAsync(file)}: {verified.Text}");
            }
        }
    }
}

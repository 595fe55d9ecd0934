using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Verifier;

namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>The verdicts of all verifiers, each asked as its users ask it, offline. What they print besides is for the message of a test.</summary>
internal sealed class Peers(string folder)
{
    /// <summary>What a verifier said.</summary>
    internal sealed record Verdict(bool Verified, string Reason);

    /// <summary>Our program and the two in Go: a process a case, as many at once as there are processors.</summary>
    public async Task<Verdict[]> AskAsync(string who, IReadOnlyList<EvidenceCase> cases)
    {
        var verdicts = new Verdict[cases.Count];
        var number = 0;
        var files = cases.Select(one =>
        {
            var file = Path.Combine(folder, $"{who}-{number++}.sigstore.json");
            File.WriteAllText(file, one.Bundle);
            return file;
        }).ToArray();
        await Parallel.ForAsync(0, cases.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            var (program, arguments) = CommandLine(who, cases[i], files[i]);
            var run = await Command.RunAsync(program, arguments, folder, new Dictionary<string, string> { ["SIGNINGACTION_COSIGN"] = who == "cosign" ? Installed.Cosign : "" });
            verdicts[i] = new Verdict(run.ExitCode == 0, $"exit {run.ExitCode}: {run.Error.Trim()} {run.Output.Trim()}");
        });
        return verdicts;
    }

    /// <summary>Our program again, in this process: hundreds of cases in the time of a few.</summary>
    public Verdict[] AskOurs(IReadOnlyList<EvidenceCase> cases) => [.. cases.Select((one, i) =>
    {
        var file = Path.Combine(folder, $"ours-{i}.sigstore.json");
        File.WriteAllText(file, one.Bundle);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = SigningVerifier.Run([.. CommandLine("signing-verifier", one, file).Arguments], output, error);
        return new Verdict(exit == 0, $"exit {exit}: {error} {output}");
    })];

    /// <summary>sigstore-js: all cases in one process.</summary>
    public async Task<Verdict[]> AskJavaScriptAsync(IReadOnlyList<EvidenceCase> cases)
    {
        var list = Path.Combine(folder, $"cases-{cases.Count}.json");
        var asked = new JsonArray([.. cases.Select(one => new JsonObject
        {
            ["bundle"] = one.Bundle,
            ["artifact"] = one.Artifact,
            ["root"] = one.Root,
            ["identity"] = one.Identity,
            ["issuer"] = one.Issuer,
            ["key"] = one.Key is null ? null : File.ReadAllText(one.Key),
        })]);
        await File.WriteAllTextAsync(list, asked.ToJsonString());
        var run = await Command.RunAsync(Installed.Node, [Path.Combine(Installed.JavaScriptPeers, "verify-many.mjs"), list], folder);
        Assert.True(run.ExitCode == 0, run.Text);
        return [.. JsonElement.Parse(run.Output).EnumerateArray().Select(one => new Verdict(one.GetProperty("verified").GetBoolean(), one.GetProperty("reason").GetString()!))];
    }

    private static (string Program, IReadOnlyList<string> Arguments) CommandLine(string who, EvidenceCase one, string bundle) => who switch
    {
        "signing-verifier" => (Installed.Verifier,
            [
                "verify", one.Artifact, "--bundle", bundle, "--trusted-root", one.Root, "--dangerously-accept-contradiction",
                .. one.Key is null ? new[] { "--cert-identity", one.Identity, "--cert-oidc-issuer", one.Issuer } : ["--key", one.Key],
            ]),
        "cosign" => (Path.Combine(RepositoryFiles.Root, "tests", "conformance", "cosign-client"),
            [
                "verify-bundle", "--bundle", bundle,
                .. one.Key is null ? new[] { "--certificate-identity", one.Identity, "--certificate-oidc-issuer", one.Issuer } : ["--key", one.Key],
                "--trusted-root", one.Root, one.Artifact,
            ]),
        "sigstore-go" => (Installed.SigstoreGo,
            [
                "-artifact", one.Artifact, "-trustedrootJSONpath", one.Root,
                .. one.Key is null ? new[] { "-expectedSAN", one.Identity, "-expectedIssuer", one.Issuer } : ["-publicKey", one.Key, "-requireCTlog=false"], bundle,
            ]),
        _ => throw new ArgumentOutOfRangeException(nameof(who)),
    };
}

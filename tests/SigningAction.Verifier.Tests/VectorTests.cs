namespace SigningAction.Verifier.Tests;

/// <summary>Our own cases, through the command line: each verifies, or is refused with the code that its README says.</summary>
public sealed class VectorTests
{
    [Fact]
    public void Every_case_comes_out_as_its_README_says()
    {
        var folders = Directory.GetDirectories(Path.Combine(SharedMaterial.Repository, "tests", "vectors"));
        Assert.True(folders.Length > 60, $"only {folders.Length} cases");
        var wrong = folders.Select(folder => (Name: Path.GetFileName(folder), Expected: Expected(folder), Outcome: Run(folder)))
            .Where(one => one.Outcome != one.Expected).Select(one => $"{one.Name}: {one.Outcome}, expected {one.Expected}");
        Assert.Empty(wrong);
    }

    private static string Expected(string folder)
    {
        var refused = folder.EndsWith("_fail", StringComparison.Ordinal);
        var first = File.ReadLines(Path.Combine(folder, "README.md")).First();
        Assert.Equal(refused, first.StartsWith("Refused: ", StringComparison.Ordinal));
        return refused ? first["Refused: ".Length..] : "verified";
    }

    private static string? Run(string folder)
    {
        string Own(string name) => Path.Combine(folder, name);
        string Text(string name) => File.ReadAllText(Own(name)).TrimEnd('\n');
        string[] asked = File.Exists(Own("options")) ? [.. Text("options").Split('\n').Select(option => File.Exists(Own(option)) ? Own(option) : option)]
            : File.Exists(Own("key.pub")) ? ["--key", Own("key.pub")]
            : ["--cert-identity", Text("identity"), "--cert-oidc-issuer", Text("issuer")];
        var target = File.Exists(Own("digest")) ? Text("digest") : Own("artifact");
        var outcome = Outcome.Of(["verify", target, "--bundle", Own("bundle.sigstore.json"), "--trusted-root", Own("trusted_root.json"), "--format", "json", .. asked]);
        if (outcome.Exit == ExitCode.Verified)
        {
            return "verified";
        }

        return outcome.Json.GetProperty("failure").GetProperty("code").GetString();
    }
}

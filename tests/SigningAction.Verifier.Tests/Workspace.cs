using System.Text;
using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Testing;

namespace SigningAction.Verifier.Tests;

/// <summary>A folder with an artifact, its bundle beside it and the trusted root of an instance in memory; the program runs in process.</summary>
public sealed class Workspace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("verifier-tests-");

    public Workspace()
    {
        File.WriteAllBytes(Artifact, Bytes);
        File.WriteAllBytes(TrustedRoot, Sigstore.TrustedRoot.ToJson());
    }

    public InMemorySigstore Sigstore { get; } = new();

    public byte[] Bytes { get; } = Encoding.UTF8.GetBytes("what was built");

    /// <summary>What the network answers: nothing is found, unless a test says otherwise.</summary>
    internal ScriptedNetwork Network { get; } = new();

    /// <summary>Environment variables of a run; none of this process reach it.</summary>
    internal Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public string Artifact => Under("app.zip");

    public string Bundle => Artifact + ".sigstore.json";

    public string TrustedRoot => Under("trusted_root.json");

    public string Under(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Writes the bundle beside the artifact.</summary>
    public Workspace With(Bundle bundle)
    {
        File.WriteAllBytes(Bundle, bundle.ToJson());
        return this;
    }

    /// <summary>Runs <c>verify</c> with these arguments and the trusted root.</summary>
    public Outcome Verify(params string[] args) => Outcome.Of(
        new Surroundings { Network = () => Network, Variable = name => Variables.GetValueOrDefault(name), IsWatched = () => false },
        ["verify", .. args, "--trusted-root", TrustedRoot]);

    /// <summary>Verifies the artifact as the repository's own.</summary>
    public Outcome VerifyAsRepository(params string[] args) => Verify([Artifact, "--repo", "octo/app", .. args]);

    public void Dispose()
    {
        Sigstore.Dispose();
        Network.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>What a run did.</summary>
public sealed record Outcome(ExitCode Exit, string Out, string Error)
{
    /// <summary>The code that the text report closes with.</summary>
    public string Reason => Error.TrimEnd().Split("Reason: ")[^1];

    public JsonElement Json => JsonElement.Parse(Out);

    public static Outcome Of(params string[] args) =>
        Of(new Surroundings { Network = () => throw new InvalidOperationException("No test asks the network."), Variable = _ => null, IsWatched = () => false }, args);

    internal static Outcome Of(Surroundings surroundings, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = SigningVerifier.Run(args, output, error, surroundings);
        return new Outcome((ExitCode)exit, output.ToString(), error.ToString());
    }
}

using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Sources.Oci;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// One thing to verify, named and not yet opened. Exactly one of <see cref="Path"/>, <see cref="Sha256"/>, <see cref="Image"/> and <see cref="Problem"/> is there.
/// </summary>
/// <param name="Name">As it is shown. Text of other people.</param>
internal sealed record Target(string Name)
{
    /// <summary>A file.</summary>
    public string? Path { get; init; }

    /// <summary>A digest whose bytes are not at hand.</summary>
    public Sha256Digest? Sha256 { get; init; }

    /// <summary>An image in a registry.</summary>
    public ImageReference? Image { get; init; }

    /// <summary>A name that leads to nothing: asked for, so it has a verdict.</summary>
    public Problem? Problem { get; init; }

    /// <summary>The path beside which bundles may lie.</summary>
    public string? Beside { get; init; }

    /// <summary>A file, whatever it turns out to be.</summary>
    public static Target OfPath(string path) => new(path) { Path = path, Beside = path };

    /// <summary>A name that leads to nothing.</summary>
    public static Target Nothing(string name, string fault, string remedy) =>
        new(name) { Problem = new Problem(ExitCode.NotChecked, Verifier.Problem.NotCheckedCode, fault, remedy) };
}

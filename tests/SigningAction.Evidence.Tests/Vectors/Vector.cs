using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Vectors;

/// <summary>One case of <c>tests/vectors</c>, as its recipe makes it.</summary>
/// <param name="Name">The folder's name; the law, ending in <c>_fail</c> where the case must be refused.</param>
/// <param name="Code">Why it must be refused; <see cref="FailureCode.None"/> where it must verify.</param>
/// <param name="Why">What is special, and which rule or clause decides.</param>
/// <param name="Bundle">The evidence, as it lies in the file.</param>
/// <param name="TrustedRoot">What it is judged by.</param>
internal sealed record Vector(string Name, FailureCode Code, string Why, byte[] Bundle, byte[] TrustedRoot)
{
    public static readonly byte[] SignedBytes = "the artifact\n"u8.ToArray();

    public byte[] Artifact { get; init; } = SignedBytes;

    /// <summary>Given instead of the artifact: <c>sha256:…</c>.</summary>
    public string? Digest { get; init; }

    public string Identity { get; init; } = InMemorySigstore.Workflow.SignerUri;

    public string Issuer { get; init; } = VerificationPolicy.GitHubIssuer;

    /// <summary>The managed key in PEM, instead of an identity.</summary>
    public string? Key { get; init; }

    /// <summary>Options of <c>signing-verifier verify</c> instead of identity and issuer, one a line; a name that is also in <see cref="Files"/> is that file.</summary>
    public string[] Options { get; init; } = [];

    /// <summary>Further files that the options name.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Writes the folder anew.</summary>
    public void Write(string vectors)
    {
        var folder = Path.Combine(vectors, Name);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        void Put(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(folder, name), bytes);
        void Say(string name, string text) => Put(name, System.Text.Encoding.UTF8.GetBytes(text + "\n"));
        Say("README.md", Code == FailureCode.None ? Why : $"Refused: {FailureCodes.Text(Code)}\n\n{Why}");
        Put("bundle.sigstore.json", Bundle);
        Put("trusted_root.json", TrustedRoot);
        if (Digest is null)
        {
            Put("artifact", Artifact);
        }
        else
        {
            Say("digest", Digest);
        }

        if (Key is not null)
        {
            Put("key.pub", System.Text.Encoding.UTF8.GetBytes(Key));
        }
        else if (Options.Length > 0)
        {
            Say("options", string.Join('\n', Options));
        }
        else
        {
            Say("identity", Identity);
            Say("issuer", Issuer);
        }

        foreach (var (name, text) in Files)
        {
            Say(name, text);
        }
    }
}

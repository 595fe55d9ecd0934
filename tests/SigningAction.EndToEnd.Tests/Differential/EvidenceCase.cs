using System.Text.Json.Nodes;
using SigningAction.EndToEnd.Tests.Repository;

namespace SigningAction.EndToEnd.Tests.Differential;

/// <summary>A bundle and what is asked about it.</summary>
/// <param name="Name">Names the case in the table of disagreements.</param>
/// <param name="Bundle">The evidence, UTF-8.</param>
/// <param name="Artifact">The file that was signed; empty where only its digest is known.</param>
/// <param name="Root">The trusted root's file.</param>
internal sealed record EvidenceCase(string Name, ReadOnlyMemory<byte> Bundle, string Artifact, string Root)
{
    private const string BeaconIdentity =
        "https://github.com/sigstore-conformance/extremely-dangerous-public-oidc-beacon/.github/workflows/extremely-dangerous-oidc-beacon.yml@refs/heads/main";

    /// <summary>Who must have signed, where <see cref="Options"/> do not say it.</summary>
    public string Identity { get; init; } = "";

    /// <summary>Who vouches for the identity.</summary>
    public string Issuer { get; init; } = "https://token.actions.githubusercontent.com";

    /// <summary>The managed key's file, instead of an identity.</summary>
    public string? Key { get; init; }

    /// <summary>SHA-256 of the artifact, in hexadecimal, where there is no file.</summary>
    public string? Digest { get; init; }

    /// <summary>Options of <c>signing-verifier verify</c> instead of an identity, with their values; empty where one has none.</summary>
    public IReadOnlyList<(string Name, string Value)> Options { get; init; } = [];

    /// <summary>Whether the instance keeps logs; GitHub's own does not.</summary>
    public bool Logged { get; init; } = true;

    /// <summary>Whether the certificate holds the promise of a certificate log.</summary>
    public bool Promised { get; init; } = true;

    /// <summary>Whether a timestamp is demanded by name; cosign refuses a bundle without one then, also where its log vouches for the time.</summary>
    public bool Stamped { get; init; }

    /// <summary>The predicate type of the statement inside, null for a plain signature; cosign has to be told which one is expected.</summary>
    public string? PredicateType { get; init; }

    /// <summary>Our own cases.</summary>
    public static IReadOnlyList<EvidenceCase> Own => [.. In(Path.Combine(RepositoryFiles.Root, "tests", "vectors"), "", "")];

    /// <summary>The cases of the public suite.</summary>
    public static IReadOnlyList<EvidenceCase> Public
    {
        get
        {
            var shared = Path.GetFullPath(Path.Combine(RepositoryFiles.Root, "..", "shared", "conformance"));
            Assert.SkipUnless(Directory.Exists(shared), "shared/conformance is not beside the repository");
            var cases = Path.Combine(shared, "suite", "test", "assets", "bundle-verify");
            return [.. In(cases, Path.Combine(cases, "a.txt"), Path.Combine(shared, "public_good_trusted_root.json"))];
        }
    }

    /// <summary>What the statement inside says it is; "custom", which is cosign's own default, where nobody can tell.</summary>
    public static string? PredicateTypeOf(ReadOnlySpan<byte> bundle)
    {
        try
        {
            return JsonNode.Parse(bundle)!["dsseEnvelope"] is not { } envelope ? null
                : (string?)JsonNode.Parse(Convert.FromBase64String((string)envelope["payload"]!))!["predicateType"] ?? "custom";
        }
        catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            return bundle.IndexOf("\"dsseEnvelope\""u8) < 0 ? null : "custom";
        }
    }

    private static bool IsOption(string word) => word.StartsWith("--", StringComparison.Ordinal);

    private static IEnumerable<EvidenceCase> In(string cases, string artifact, string root) => Directory.GetDirectories(cases).Order(StringComparer.Ordinal).Select(folder =>
    {
        string Own(string name, string otherwise) => Path.Combine(folder, name) is var path && File.Exists(path) ? path : otherwise;
        string Text(string name, string otherwise) => Own(name, "") is { Length: > 0 } path ? File.ReadAllText(path).Trim() : otherwise;
        var bundle = File.ReadAllBytes(Path.Combine(folder, "bundle.sigstore.json"));
        var trust = Own("trusted_root.json", root);
        var logged = JsonNode.Parse(File.ReadAllText(trust))!["tlogs"] is JsonArray { Count: > 0 };
        string[] options = [.. Text("options", "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(option => Own(option, option))];
        return new EvidenceCase(Path.GetFileName(folder), bundle, Own("artifact", artifact), trust)
        {
            Identity = Text("identity", BeaconIdentity),
            Issuer = Text("issuer", "https://token.actions.githubusercontent.com"),
            Key = Own("key.pub", "") is { Length: > 0 } key ? key : null,
            Digest = Text("digest", "") is { Length: > 0 } digest ? digest["sha256:".Length..] : null,
            Options = [.. options.Zip([.. options.Skip(1), "--"]).Where(words => IsOption(words.First)).Select(words => (words.First, IsOption(words.Second) ? "" : words.Second))],
            Logged = logged,
            Promised = logged,
            Stamped = bundle.AsSpan().IndexOf("\"signedTimestamp\""u8) >= 0,
            PredicateType = PredicateTypeOf(bundle),
        };
    });
}

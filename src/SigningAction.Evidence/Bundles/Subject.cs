using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Bundles;

/// <summary>One subject of a statement. Matching is by digest alone; the name is a label.</summary>
/// <param name="Name">Label, for example a file name; may be empty.</param>
/// <param name="Digests">Algorithm name to lowercase hexadecimal (in-toto DigestSet); at least one.</param>
public sealed record Subject(string Name, IReadOnlyDictionary<string, string> Digests)
{
    private static readonly Dictionary<string, int> HexLengths = new(StringComparer.Ordinal) { ["sha256"] = 64, ["sha384"] = 96, ["sha512"] = 128 };

    /// <summary>A subject with this SHA-256.</summary>
    public Subject(string name, Sha256Digest sha256)
        : this(name, new Dictionary<string, string>(StringComparer.Ordinal) { ["sha256"] = sha256.ToString() })
    {
    }

    /// <summary>Its digests by algorithms that say what it is.</summary>
    internal IEnumerable<KeyValuePair<string, string>> Accepted => Digests.Where(digest => HexLengths.ContainsKey(digest.Key));

    /// <summary>
    /// Whether <paramref name="artifact"/> is this subject: every accepted digest (SHA-256, 384, 512) that is stated and can be computed is equal, and there is at
    /// least one. Weaker algorithms say nothing; a subject whose digests contradict each other is no artifact's.
    /// </summary>
    public bool Matches(Artifact artifact)
    {
        var matched = false;
        foreach (var (name, _) in HexLengths)
        {
            if (!Digests.TryGetValue(name, out var stated) || artifact.Digest(name) is not { } digest)
            {
                continue;
            }

            if (!string.Equals(Convert.ToHexStringLower(digest.Span), stated, StringComparison.Ordinal))
            {
                return false;
            }

            matched = true;
        }

        return matched;
    }

    /// <summary>Whether it states an accepted digest that cannot be computed without the artifact's bytes.</summary>
    internal bool NeedsMoreOf(Artifact artifact) => HexLengths.Keys.Any(name => Digests.ContainsKey(name) && artifact.Digest(name) is null);

    internal static Subject Read(JsonElement json)
    {
        var digest = json.GetProperty("digest");
        var count = digest.GetPropertyCount();
        if (count > Limits.DigestsPerSubject)
        {
            throw new EvidenceException(FailureCode.TooMany, $"A subject has {count} digests, {Limits.DigestsPerSubject} is the most.");
        }

        var digests = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in digest.EnumerateObject())
        {
            var hex = member.Value.GetString() ?? throw new EvidenceException(FailureCode.StatementMalformed, "A subject's digest is null.");
            if (HexLengths.TryGetValue(member.Name, out var length) && (hex.Length != length || hex.Any(c => !char.IsAsciiHexDigitLower(c))))
            {
                throw new EvidenceException(FailureCode.StatementMalformed, $"A subject's {member.Name} is not {length} lowercase hexadecimal digits.");
            }

            digests.Add(member.Name, hex);
        }

        return digests.Count == 0
            ? throw new EvidenceException(FailureCode.StatementMalformed, "A subject has no digest.")
            : new Subject(json.TryGetProperty("name", out var name) ? name.GetString() ?? string.Empty : string.Empty, digests);
    }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteStartObject("digest");
        foreach (var (algorithm, hex) in Digests)
        {
            writer.WriteString(algorithm, hex);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}

using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Authority.Policy;

/// <summary>
/// <c>signing-policy.yml</c>: bytes in, a compiled policy or located errors out. The language is described in POLICY.md.
/// </summary>
public static class PolicyFile
{
    /// <summary>The usual name of the file.</summary>
    public const string DefaultName = "signing-policy.yml";

    /// <summary>The value of <c>allow</c> that allows nothing. An empty list is an error, because it may be an accident.</summary>
    public const string AllowNone = "none";

    private const int FirstRead = 16 * 1024;

    private static readonly string[] TopLevelKeys = ["version", "issuer", "deny", "allow"];

    /// <summary>Reads a file, at most one byte more than <see cref="Limits.PolicyBytes"/>.</summary>
    /// <exception cref="IOException">It could not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a directory.</exception>
    public static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        // It is read each second, so memory follows the file and not the cap.
        var content = new byte[FirstRead];
        var length = 0;
        int read;
        while ((read = file.Read(content.AsSpan(length))) > 0)
        {
            length += read;
            if (length > Limits.PolicyBytes)
            {
                break;
            }

            if (length == content.Length)
            {
                Array.Resize(ref content, Math.Min(2 * length, Limits.PolicyBytes + 1));
            }
        }

        return content[..length];
    }

    /// <summary>Reads and compiles a file.</summary>
    /// <exception cref="PolicyLoadException">It is not a policy.</exception>
    /// <exception cref="IOException">It could not be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a directory.</exception>
    public static SigningPolicy Load(string path) => Parse(Read(path), path);

    /// <summary>Compiles the content of a file; <paramref name="name"/> stands in the errors. Its version is the SHA-256 of the content.</summary>
    /// <exception cref="PolicyLoadException">It is not a policy.</exception>
    public static SigningPolicy Parse(ReadOnlySpan<byte> content, string name)
    {
        var errors = new PolicyErrors(name);
        var text = PolicyText.Decode(content, errors);
        if (YamlTree.Read(text, errors) is not YamlMapping root)
        {
            throw errors.Stop(1, 1, "a policy is a mapping: begin with 'version: 1'");
        }

        CheckVersion(root, errors);
        foreach (var (key, _) in root.Entries.Where(entry => !TopLevelKeys.Contains(entry.Key.Text)))
        {
            errors.Add(key, $"unknown key '{PrintableText.Exact(key.Text)}': {KeySuggestions.For(key.Text, TopLevelKeys)}");
        }

        var rules = ReadRules(root, errors);
        errors.ThrowIfAny();
        var version = Sha256Digest.Of(content);
        return rules.Count == 0 ? SigningPolicy.DenyAll(version) : SigningPolicy.Compile(version, rules);
    }

    private static void CheckVersion(YamlMapping root, PolicyErrors errors)
    {
        var version = Find(root, "version");
        if (version is not YamlScalar { Text: "1", IsPlain: true })
        {
            // Another version is another language: further errors would only mislead.
            throw errors.Stop(version?.Line ?? root.Line, version?.Column ?? root.Column, "the version must be the number 1: write 'version: 1'");
        }
    }

    private static List<PolicyRule> ReadRules(YamlMapping root, PolicyErrors errors)
    {
        List<PolicyRule> rules = [];
        var reader = new RuleReader(errors, ReadIssuer(root, errors));
        if (Find(root, "deny") is { } deny)
        {
            ReadList(PolicyEffect.Deny, "deny", deny);
        }

        switch (Find(root, "allow"))
        {
            case null:
                errors.Add(root, $"allow is missing: add rules, or 'allow: {AllowNone}' to refuse everything");
                break;
            case YamlScalar { Text: AllowNone }:
                break;
            case { } allow:
                ReadList(PolicyEffect.Allow, "allow", allow);
                break;
        }

        return rules;

        void ReadList(PolicyEffect effect, string key, YamlNode node)
        {
            var remedy = effect == PolicyEffect.Allow ? $"add a rule, or write 'allow: {AllowNone}' to refuse everything" : "add a rule, or remove deny";
            if (node is not YamlSequence { Items: { Count: > 0 } items })
            {
                errors.Add(node, $"{key} needs a list of at least one rule: {remedy}");
            }
            else if (items.Count + rules.Count > Limits.PolicyRules)
            {
                errors.Add(node, $"more than {Limits.PolicyRules} rules: let one rule cover an owner_id, or use patterns");
            }
            else
            {
                rules.AddRange(items.Select(item => reader.Read(effect, item)).OfType<PolicyRule>());
            }
        }
    }

    private static Condition? ReadIssuer(YamlMapping root, PolicyErrors errors)
    {
        if (Find(root, "issuer") is not { } node)
        {
            return null;
        }

        var key = PolicyKeys.All.First(key => key.Claim == PipelineClaim.Issuer);
        if (node is YamlScalar && new ConditionReader(errors).Read(key, node, node.Line) is { } issuer)
        {
            return issuer;
        }

        // Without it every rule would be said to lack an issuer.
        throw errors.Stop(node.Line, node.Column, "the issuer at the top is one URL, the default of all allow rules: name other issuers in their rules");
    }

    private static YamlNode? Find(YamlMapping root, string key) => root.Entries.FirstOrDefault(entry => entry.Key.Text == key)?.Value;
}

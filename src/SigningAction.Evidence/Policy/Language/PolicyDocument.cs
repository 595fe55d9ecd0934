using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy.Language;

/// <summary>
/// What the policies of authority and verifier have in common: <c>version</c>, <c>issuer</c>, <c>allow</c> and <c>deny</c> at the top of a mapping. Both read them here,
/// so that a rule means the same wherever it stands.
/// </summary>
public sealed class PolicyDocument
{
    /// <summary>The value of <c>allow</c> that allows nothing. An empty list is an error, because it may be an accident.</summary>
    public const string AllowNone = "none";

    private static readonly string[] CommonKeys = ["version", "issuer", "deny", "allow"];

    private readonly PolicyErrors _errors;

    private PolicyDocument(PolicyMapping root, PolicyErrors errors)
    {
        Root = root;
        _errors = errors;
    }

    /// <summary>The top of the document.</summary>
    public PolicyMapping Root { get; }

    /// <summary>Takes a document of version 1; keys at the top that are unknown are errors.</summary>
    /// <param name="root">The whole document.</param>
    /// <param name="errors">Where errors are collected.</param>
    /// <param name="ownKeys">Keys at the top besides those in common.</param>
    /// <exception cref="PolicyLoadException">It is no mapping, or of another version: another version is another language, and further errors would only mislead.</exception>
    public static PolicyDocument Of(PolicyNode root, PolicyErrors errors, params IEnumerable<string> ownKeys)
    {
        if (root is not PolicyMapping mapping)
        {
            throw errors.Stop(1, 1, "a policy is a mapping: begin with 'version: 1'");
        }

        var version = mapping.Find("version");
        if (version is not PolicyScalar { Text: "1", IsPlain: true })
        {
            throw errors.Stop(version?.Line ?? mapping.Line, version?.Column ?? mapping.Column, "the version must be the number 1: write 'version: 1'");
        }

        RequireKeys(mapping, errors, [.. CommonKeys, .. ownKeys]);
        return new PolicyDocument(mapping, errors);
    }

    /// <summary>Collects an error for each key of a mapping that is not one of <paramref name="allowed"/>.</summary>
    public static void RequireKeys(PolicyMapping mapping, PolicyErrors errors, params IReadOnlyCollection<string> allowed)
    {
        foreach (var (key, _) in mapping.Entries.Where(entry => !allowed.Contains(entry.Key.Text, StringComparer.Ordinal)))
        {
            errors.Add(key, $"unknown key '{PrintableText.Exact(key.Text)}': {KeySuggestions.For(key.Text, allowed)}");
        }
    }

    /// <summary>
    /// A text of at most <see cref="Limits.PatternCharacters"/> that YAML cannot take for something else; null when it is not, which is an error that is
    /// collected.
    /// </summary>
    /// <param name="key">What it is, as it stands in the error.</param>
    /// <param name="node">The value.</param>
    /// <param name="errors">Where errors are collected.</param>
    /// <param name="mayBeNumber">Whether digits without quotes are fine.</param>
    public static string? ReadText(string key, PolicyNode node, PolicyErrors errors, bool mayBeNumber = false)
    {
        if (node is PolicyScalar scalar)
        {
            return new ConditionReader(errors).ReadText(key, scalar, mayBeNumber);
        }

        errors.Add(node, $"{key} is a text");
        return null;
    }

    /// <summary>The rules of <c>deny</c> and <c>allow</c>; none when nothing is allowed in so many words. Errors are collected.</summary>
    /// <exception cref="PolicyLoadException">The issuer at the top is no issuer: without it every rule would be said to lack one.</exception>
    public IReadOnlyList<PolicyRule> ReadRules()
    {
        List<PolicyRule> rules = [];
        var reader = new RuleReader(_errors, ReadIssuer());
        if (Root.Find("deny") is { } deny)
        {
            ReadList(PolicyEffect.Deny, "deny", deny);
        }

        switch (Root.Find("allow"))
        {
            case null:
                _errors.Add(Root, $"allow is missing: add rules, or 'allow: {AllowNone}' to refuse everything");
                break;
            case PolicyScalar { Text: AllowNone }:
                break;
            case { } allow:
                ReadList(PolicyEffect.Allow, "allow", allow);
                break;
        }

        return rules;

        void ReadList(PolicyEffect effect, string key, PolicyNode node)
        {
            var remedy = effect == PolicyEffect.Allow ? $"add a rule, or write 'allow: {AllowNone}' to refuse everything" : "add a rule, or remove deny";
            if (node is not PolicySequence { Items: { Count: > 0 } items })
            {
                _errors.Add(node, $"{key} needs a list of at least one rule: {remedy}");
            }
            else if (items.Count + rules.Count > Limits.PolicyRules)
            {
                _errors.Add(node, $"more than {Limits.PolicyRules} rules: let one rule cover an owner_id, or use patterns");
            }
            else
            {
                rules.AddRange(items.Select(item => reader.Read(effect, item)).OfType<PolicyRule>());
            }
        }
    }

    private Condition? ReadIssuer()
    {
        if (Root.Find("issuer") is not { } node)
        {
            return null;
        }

        var key = PolicyKeys.All.First(key => key.Claim == PipelineClaim.Issuer);
        return node is PolicyScalar && new ConditionReader(_errors).Read(key, node, node.Line) is { } issuer
            ? issuer
            : throw _errors.Stop(node.Line, node.Column, "the issuer at the top is one URL, the default of all allow rules: name other issuers in their rules");
    }
}

using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy.Language;

/// <summary>Reads one rule.</summary>
internal sealed class RuleReader(PolicyErrors errors, Condition? defaultIssuer)
{
    private const string NameKey = "name";

    private static readonly Dictionary<string, PolicyKey> Keys = PolicyKeys.All.ToDictionary(key => key.Name, StringComparer.Ordinal);
    private static readonly string[] Allowed = [NameKey, .. Keys.Keys];

    private readonly ConditionReader _conditions = new(errors);
    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);

    /// <summary>The rule; null when it has an error, which is collected.</summary>
    public PolicyRule? Read(PolicyEffect effect, PolicyNode node)
    {
        if (node is not PolicyMapping mapping)
        {
            errors.Add(node, "a rule is a mapping that begins with name: write '- name: …' and its conditions below");
            return null;
        }

        var before = errors.Count;
        string? name = null;
        List<Condition> conditions = [];
        foreach (var (key, value) in mapping.Entries)
        {
            if (key.Text == NameKey)
            {
                name = ReadName(value);
            }
            else if (!Keys.TryGetValue(key.Text, out var known))
            {
                errors.Add(key, $"unknown key '{PrintableText.Exact(key.Text)}': {KeySuggestions.For(key.Text, Allowed)}");
            }
            else if (_conditions.Read(known, value, key.Line) is { } condition)
            {
                conditions.Add(condition);
            }
        }

        if (mapping.Entries.All(entry => entry.Key.Text != NameKey))
        {
            errors.Add(mapping, "the rule has no name: add name, it stands in every audit record of its decisions");
        }

        return errors.Count == before ? Build(effect, mapping, name!, conditions) : null;
    }

    private PolicyRule? Build(PolicyEffect effect, PolicyMapping mapping, string name, List<Condition> conditions)
    {
        if (effect == PolicyEffect.Deny)
        {
            if (conditions.Count > 0)
            {
                return PolicyRule.Deny(name, mapping.Line, conditions);
            }

            errors.Add(mapping, "a deny rule without a condition would refuse everything: add a condition, or write 'allow: none'");
            return null;
        }

        // The issuer at the top is for allow rules only: a deny rule without an issuer means every issuer.
        if (defaultIssuer is not null && conditions.All(condition => condition.Claim != PipelineClaim.Issuer))
        {
            conditions.Add(defaultIssuer);
        }

        var missing = AllowRequirements.Missing(conditions).ToArray();
        foreach (var sentence in missing)
        {
            errors.Add(mapping, $"rule '{PrintableText.Exact(name)}': {sentence}");
        }

        return missing.Length == 0 ? PolicyRule.Allow(name, mapping.Line, conditions) : null;
    }

    private string? ReadName(PolicyNode node)
    {
        if (node is not PolicyScalar scalar)
        {
            errors.Add(node, "name is a text");
            return null;
        }

        if (_conditions.ReadText(NameKey, scalar) is not { } name)
        {
            return null;
        }

        if (name.Length > Limits.RuleNameCharacters || name.Trim() != name || !PrintableText.IsPrintable(name))
        {
            errors.Add(scalar, $"name has at most {Limits.RuleNameCharacters} printable characters on one line, without space around it: shorten or correct it");
            return null;
        }

        if (!_lines.TryAdd(name, scalar.Line))
        {
            errors.Add(scalar, $"a rule of the name '{PrintableText.Exact(name)}' is on line {_lines[name]} already: give each rule a name of its own");
            return null;
        }

        return name;
    }
}

using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy.Language;

/// <summary>Reads the value of one condition: an exact value, <c>{ pattern: … }</c>, or a list of these.</summary>
internal sealed class ConditionReader(PolicyErrors errors)
{
    private const string PatternKey = "pattern";

    // What YAML 1.1 and 1.2 readers take for something else than text.
    private static readonly AnchoredPattern Number = Compile(@"[-+]?(0x[0-9a-fA-F_]+|0o[0-7_]+|[0-9][0-9_:]*(\.[0-9_]*)?([eE][-+]?[0-9]+)?|\.[0-9][0-9_]*([eE][-+]?[0-9]+)?|\.(inf|Inf|INF|nan|NaN|NAN))");
    private static readonly AnchoredPattern Boolean = Compile("(?i:true|false|yes|no|on|off|y|n)");
    private static readonly AnchoredPattern Null = Compile("(?i:null|~)");

    /// <summary>The condition that begins on a line; null when it has an error, which is collected.</summary>
    public Condition? Read(PolicyKey key, PolicyNode node, int line)
    {
        var before = errors.Count;
        List<string> values = [];
        List<AnchoredPattern> patterns = [];
        var items = node is PolicySequence list ? list.Items : [node];
        if (items.Count == 0)
        {
            errors.Add(node, $"{key.Name} is an empty list: name at least one value, or remove the key");
        }

        if (items.Count > Limits.PolicyValues)
        {
            errors.Add(node, $"{key.Name} has more than {Limits.PolicyValues} values: use a pattern or several rules");
            return null;
        }

        foreach (var item in items)
        {
            switch (item)
            {
                case PolicyScalar scalar when ReadText(key.Name, scalar, key.IsNumeric) is { } text && IsValid(key, scalar, text):
                    values.Add(text);
                    break;
                case PolicyMapping mapping when ReadPattern(key, mapping) is { } pattern:
                    patterns.Add(pattern);
                    break;
                case PolicySequence:
                    errors.Add(item, $"{key.Name} has a list inside a list: write one list");
                    break;
            }
        }

        return errors.Count == before ? new Condition(key.Claim, values, patterns) { Line = line } : null;
    }

    /// <summary>A scalar that is text: without quotes it must not be what YAML reads as a number, boolean or null.</summary>
    public string? ReadText(string key, PolicyScalar scalar, bool mayBeNumber = false)
    {
        var kind = !scalar.IsPlain ? null
            : scalar.Text.Length == 0 || Null.Matches(scalar.Text) ? "null"
            : Boolean.Matches(scalar.Text) ? "a boolean"
            : !mayBeNumber && Number.Matches(scalar.Text) ? "a number"
            : null;
        if (kind is not null)
        {
            errors.Add(scalar, $"{key} is {kind} to YAML, not text: {(kind == "null" ? "give a value, or remove the key" : "put it into quotes if you mean the text")}");
            return null;
        }

        if (scalar.Text.Length == 0)
        {
            errors.Add(scalar, $"{key} is an empty string: give a value, or remove the key");
            return null;
        }

        if (scalar.Text.Length > Limits.PatternCharacters)
        {
            errors.Add(scalar, $"{key} is longer than {Limits.PatternCharacters} characters: shorten it");
            return null;
        }

        return scalar.Text;
    }

    private bool IsValid(PolicyKey key, PolicyScalar scalar, string text)
    {
        if (text.Contains('*', StringComparison.Ordinal))
        {
            errors.Add(scalar, key.TakesPattern
                ? $"{key.Name}: * is no wildcard in an exact value: write {{ pattern: '…' }} with a regular expression over the whole value"
                : $"{key.Name}: * is no wildcard, and {key.Name} takes exact values only: list them");
            return false;
        }

        if (key.Claim is PipelineClaim.Workflow or PipelineClaim.CallerWorkflow && text.Contains("/.github/workflows/", StringComparison.Ordinal))
        {
            errors.Add(scalar, $"{key.Name} is a path inside the source repository: write it from .github/ on; for a file of another repository use reusable_workflow");
            return false;
        }

        // Format and control characters are valid in none of the forms, but some forms are open (environment, ref).
        if (key.Accepts(text) && PrintableText.IsPrintable(text))
        {
            return true;
        }

        errors.Add(scalar, $"{key.Name} must be {key.Expected}, not '{PrintableText.Exact(text)}'");
        return false;
    }

    private AnchoredPattern? ReadPattern(PolicyKey key, PolicyMapping mapping)
    {
        if (!key.TakesPattern)
        {
            errors.Add(mapping, $"{key.Name} takes exact values only: list them");
            return null;
        }

        if (mapping.Entries is not [{ Key.Text: PatternKey, Value: PolicyScalar scalar }])
        {
            errors.Add(mapping, $"{key.Name}: a mapping here has the one key {PatternKey} and a text: {{ pattern: '…' }}");
            return null;
        }

        if (ReadText($"{key.Name}.{PatternKey}", scalar, mayBeNumber: true) is not { } text)
        {
            return null;
        }

        if (AnchoredPattern.TryCompile(text, out var pattern, out var fault))
        {
            return pattern;
        }

        errors.Add(scalar, $"{key.Name}: '{PrintableText.Exact(text)}' is not a pattern: {fault}: correct it");
        return null;
    }

    private static AnchoredPattern Compile(string pattern) =>
        AnchoredPattern.TryCompile(pattern, out var compiled) ? compiled : throw new ArgumentException("Not a pattern.", nameof(pattern));
}

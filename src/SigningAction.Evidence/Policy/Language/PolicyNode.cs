namespace SigningAction.Evidence.Policy.Language;

/// <summary>
/// A node of a policy document, whatever it was written in: a closed family of texts, lists and mappings.
/// </summary>
/// <param name="Line">Line where it begins, from 1.</param>
/// <param name="Column">Column where it begins, from 1.</param>
public abstract record PolicyNode(int Line, int Column);

/// <summary>A text as it was written.</summary>
/// <param name="Line">Line where it begins, from 1.</param>
/// <param name="Column">Column where it begins, from 1.</param>
/// <param name="Text">The text, unescaped.</param>
/// <param name="IsPlain">Whether it stands without quotes, so that a reader of YAML might take it for something else than text.</param>
public sealed record PolicyScalar(int Line, int Column, string Text, bool IsPlain) : PolicyNode(Line, Column);

/// <summary>A list.</summary>
/// <param name="Line">Line where it begins, from 1.</param>
/// <param name="Column">Column where it begins, from 1.</param>
/// <param name="Items">In the order of the document.</param>
public sealed record PolicySequence(int Line, int Column, IReadOnlyList<PolicyNode> Items) : PolicyNode(Line, Column);

/// <summary>A mapping. No key stands twice: whoever reads a document collects an error for the second one and leaves it out.</summary>
/// <param name="Line">Line where it begins, from 1.</param>
/// <param name="Column">Column where it begins, from 1.</param>
/// <param name="Entries">In the order of the document.</param>
public sealed record PolicyMapping(int Line, int Column, IReadOnlyList<PolicyEntry> Entries) : PolicyNode(Line, Column)
{
    /// <summary>The value of a key, or null.</summary>
    public PolicyNode? Find(string key) => Entries.FirstOrDefault(entry => string.Equals(entry.Key.Text, key, StringComparison.Ordinal))?.Value;
}

/// <summary>A key and its value.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">What it says.</param>
public sealed record PolicyEntry(PolicyScalar Key, PolicyNode Value);

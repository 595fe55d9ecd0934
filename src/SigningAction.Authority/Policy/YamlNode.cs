namespace SigningAction.Authority.Policy;

/// <summary>A node of the small part of YAML that a policy is written in, with the place where it begins (both from 1).</summary>
internal abstract record YamlNode(int Line, int Column);

/// <summary>A scalar as it was written; <paramref name="IsPlain"/> when without quotes, so that YAML might take it for something else than text.</summary>
internal sealed record YamlScalar(int Line, int Column, string Text, bool IsPlain) : YamlNode(Line, Column);

/// <summary>A list.</summary>
internal sealed record YamlSequence(int Line, int Column, IReadOnlyList<YamlNode> Items) : YamlNode(Line, Column);

/// <summary>A mapping in the order of the file; no key twice.</summary>
internal sealed record YamlMapping(int Line, int Column, IReadOnlyList<YamlEntry> Entries) : YamlNode(Line, Column);

/// <summary>A key and its value.</summary>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value);

using System.Diagnostics.CodeAnalysis;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// Which claim is meant: its name, or, when it begins with a slash, a JSON pointer (RFC 6901) to a member of an object inside another claim.
/// Behind it <c>:integer</c> takes a JSON integer instead of a text, and <c>?</c> allows the claim to be absent.
/// </summary>
/// <param name="Path">Names of members, from the payload inwards; at least one.</param>
/// <param name="Name">The claim as it was written, without its suffixes.</param>
/// <param name="IsInteger">Whether the claim is a JSON integer. A text is refused then, as an integer is without it: two types in one place are two identities.</param>
/// <param name="IsOptional">Whether it may be absent or empty.</param>
internal sealed record ClaimReference(IReadOnlyList<string> Path, string Name, bool IsInteger, bool IsOptional)
{
    private const string IntegerSuffix = ":integer";

    /// <summary>Takes a reference apart.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ClaimReference? reference)
    {
        var isOptional = text.EndsWith('?');
        var name = isOptional ? text[..^1] : text;
        var isInteger = name.EndsWith(IntegerSuffix, StringComparison.Ordinal);
        name = isInteger ? name[..^IntegerSuffix.Length] : name;
        var isPointer = name.StartsWith('/');
        string[] path = isPointer ? name[1..].Split('/') : [name];
        var isSound = name.Length <= Limits.ClaimTemplateCharacters
            && path.All(part => part.Length > 0)
            && !name.Any(c => c is '{' or '}' || char.IsWhiteSpace(c))
            && PrintableText.IsPrintable(name)
            && (!isPointer || path.All(IsEscaped));
        reference = isSound ? new ClaimReference(isPointer ? [.. path.Select(Unescape)] : path, name, isInteger, isOptional) : null;
        return isSound;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether every tilde is one of the two escapes of RFC 6901, section 3.</summary>
    private static bool IsEscaped(string part)
    {
        for (var i = part.IndexOf('~', StringComparison.Ordinal); i >= 0; i = part.IndexOf('~', i + 1))
        {
            if (i + 1 == part.Length || part[i + 1] is not ('0' or '1'))
            {
                return false;
            }
        }

        return true;
    }

    // In this order (RFC 6901, section 4): ~01 is a tilde and a one.
    private static string Unescape(string part) => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}

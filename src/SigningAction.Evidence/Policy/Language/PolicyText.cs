using System.Globalization;
using System.Text;
using System.Text.Unicode;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy.Language;

/// <summary>
/// The bytes of a policy file as text: UTF-8, within the size cap, and without characters that make a reviewer see something else than
/// what is loaded (controls, bidi and other format characters), comments included.
/// </summary>
public static class PolicyText
{
    /// <summary>The text.</summary>
    /// <exception cref="PolicyLoadException">It is too large, not UTF-8, or holds a hidden character or a tab.</exception>
    public static string Decode(ReadOnlySpan<byte> content, PolicyErrors errors)
    {
        if (content.Length > Limits.PolicyBytes)
        {
            throw errors.Stop(1, 1, $"larger than {Limits.PolicyBytes} bytes: replace lists of names by patterns, or let one rule cover an owner_id");
        }

        // A byte order mark says nothing in UTF-8; some editors write it.
        content = content.StartsWith("\uFEFF"u8) ? content[3..] : content;
        if (!Utf8.IsValid(content))
        {
            throw errors.Stop(LineOfInvalid(content), 1, "not UTF-8: save the file as UTF-8");
        }

        var text = System.Text.Encoding.UTF8.GetString(content);
        var (line, column) = (1, 1);
        for (var i = 0; i < text.Length; column++, i++)
        {
            if (text[i] == '\n')
            {
                (line, column) = (line + 1, 0);
            }
            else if (text[i] == '\t')
            {
                // YAML refuses some tabs and places the error elsewhere; a policy needs none.
                throw errors.Stop(line, column, "a tab: write spaces");
            }
            else if (IsHidden(text, i))
            {
                throw errors.Stop(line, column, $"hidden character U+{char.ConvertToUtf32(text, i):X4}: remove it");
            }
            else if (char.IsHighSurrogate(text[i]))
            {
                (column, i) = (column + 1, i + 1);
            }
        }

        return text;
    }

    // A carriage return alone ends a line for YAML but not for most editors.
    private static bool IsHidden(string text, int i) => text[i] == '\r'
        ? i + 1 == text.Length || text[i + 1] != '\n'
        : CharUnicodeInfo.GetUnicodeCategory(text, i) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
            || PrintableText.IsBlank(new Rune(char.ConvertToUtf32(text, i)));

    private static int LineOfInvalid(ReadOnlySpan<byte> content)
    {
        var valid = content;
        while (Rune.DecodeFromUtf8(valid, out _, out var used) == System.Buffers.OperationStatus.Done)
        {
            valid = valid[used..];
        }

        return 1 + content[..^valid.Length].Count((byte)'\n');
    }
}

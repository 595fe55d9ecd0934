using System.Globalization;
using System.Text.Json;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Inspection;

/// <summary>
/// JSON as indented lines for people. Each line begins with the same mark, so that text of a stranger can begin none and no line can be taken for a verdict, wherever
/// it is cut out.
/// </summary>
internal sealed class TextTree(TextWriter output, string mark)
{
    /// <summary>Lines that are written: more than any bundle of a release has, and few enough for a terminal to survive. JSON has them all.</summary>
    public const int MostLines = 20_000;

    private int _lines;

    public void Write(JsonElement element)
    {
        Members(element, 0);
        if (_lines > MostLines)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mark}… {_lines - MostLines} more lines; --format json has them all"));
        }
    }

    private void Members(JsonElement element, int depth)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in element.EnumerateObject())
            {
                Member(PrintableText.Neutralise(member.Name), member.Value, depth);
            }

            return;
        }

        foreach (var item in element.EnumerateArray())
        {
            Member("-", item, depth);
        }
    }

    private void Member(string name, JsonElement value, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.GetPropertyCount() > 0:
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                Line(depth, name, null);
                Members(value, depth + 1);
                break;
            case JsonValueKind.String:
                Line(depth, name, PrintableText.Neutralise(value.GetString()!));
                break;
            default:
                Line(depth, name, PrintableText.Neutralise(value.GetRawText()));
                break;
        }
    }

    private void Line(int depth, string name, string? value)
    {
        if (++_lines <= MostLines)
        {
            output.WriteLine($"{mark}{new string(' ', 2 * depth)}{name}{(name == "-" ? string.Empty : ":")}{(value is null ? string.Empty : " " + value)}");
        }
    }
}

using System.Buffers;
using System.Text.Json;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust.Tuf;

/// <summary>
/// Canonical JSON as TUF signs it (OLPC: not RFC 8785): members sorted by their UTF-8 bytes, no white space, only <c>"</c> and <c>\</c> escaped,
/// whole numbers only.
/// </summary>
internal static class OlpcJson
{
    /// <summary>The signed bytes of a value that was parsed without duplicate members.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TufMalformed"/> for a number that has no canonical form.</exception>
    public static byte[] Canonicalize(JsonElement value)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(value, output);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(JsonElement value, ArrayBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, output);
                break;
            case JsonValueKind.Array:
                output.Write("["u8);
                var first = true;
                foreach (var item in value.EnumerateArray())
                {
                    Separate(ref first, output);
                    Write(item, output);
                }

                output.Write("]"u8);
                break;
            case JsonValueKind.String:
                WriteText(System.Text.Encoding.UTF8.GetBytes(value.GetString()!), output);
                break;
            case JsonValueKind.Number:
                output.Write(System.Text.Encoding.UTF8.GetBytes(WholeNumber(value.GetRawText())));
                break;
            default:
                output.Write(value.ValueKind switch { JsonValueKind.True => "true"u8, JsonValueKind.False => "false"u8, _ => "null"u8 });
                break;
        }
    }

    private static void WriteObject(JsonElement value, ArrayBufferWriter<byte> output)
    {
        var members = value.EnumerateObject()
            .Select(member => (Name: System.Text.Encoding.UTF8.GetBytes(member.Name), member.Value))
            .ToArray();
        Array.Sort(members, (left, right) => left.Name.AsSpan().SequenceCompareTo(right.Name));
        output.Write("{"u8);
        var first = true;
        foreach (var (name, member) in members)
        {
            Separate(ref first, output);
            WriteText(name, output);
            output.Write(":"u8);
            Write(member, output);
        }

        output.Write("}"u8);
    }

    private static void Separate(ref bool first, ArrayBufferWriter<byte> output)
    {
        if (!first)
        {
            output.Write(","u8);
        }

        first = false;
    }

    private static void WriteText(ReadOnlySpan<byte> utf8, ArrayBufferWriter<byte> output)
    {
        output.Write("\""u8);
        for (int special; (special = utf8.IndexOfAny((byte)'"', (byte)'\\')) >= 0; utf8 = utf8[(special + 1)..])
        {
            output.Write(utf8[..special]);
            output.Write("\\"u8);
            output.Write(utf8.Slice(special, 1));
        }

        output.Write(utf8);
        output.Write("\""u8);
    }

    /// <summary>JSON already forbids leading zeros and plus signs; a fraction, an exponent and minus zero are other spellings of numbers.</summary>
    private static string WholeNumber(string text) => text == "-0" || text.AsSpan().ContainsAny('.', 'e', 'E')
        ? throw new EvidenceException(FailureCode.TufMalformed, "TUF metadata has a number that is not whole.")
        : text;
}

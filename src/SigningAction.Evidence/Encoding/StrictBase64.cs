using System.Buffers;
using System.Buffers.Text;

namespace SigningAction.Evidence.Encoding;

/// <summary>
/// RFC 4648 base64 in its one canonical form: padded, no white space, unused bits zero.
/// The platform's decoders skip white space and accept stray bits, so two texts would stand for the same bytes.
/// </summary>
public static class StrictBase64
{
    /// <summary>Canonical standard base64.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes);

    /// <summary>Decodes standard base64 (RFC 4648, section 4); false when the text is not the canonical form of its bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, out byte[] bytes)
    {
        bytes = [];
        if (utf8.Length % 4 != 0)
        {
            return false;
        }

        var buffer = new byte[Base64.GetMaxDecodedFromUtf8Length(utf8.Length)];
        if (Base64.DecodeFromUtf8(utf8, buffer, out var consumed, out var written) != OperationStatus.Done
            || consumed != utf8.Length
            || Base64.GetMaxEncodedToUtf8Length(written) != utf8.Length
            || !LastQuadIsCanonical(utf8, buffer.AsSpan(0, written)))
        {
            return false;
        }

        bytes = written == buffer.Length ? buffer : buffer[..written];
        return true;
    }

    /// <inheritdoc cref="TryDecode(ReadOnlySpan{byte}, out byte[])"/>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        var utf8 = new byte[text.Length];
        if (System.Text.Ascii.FromUtf16(text, utf8, out _) == OperationStatus.Done)
        {
            return TryDecode(utf8, out bytes);
        }

        bytes = [];
        return false;
    }

    /// <summary>Only the last group can carry bits that decode to nothing; re-encoding it shows them.</summary>
    private static bool LastQuadIsCanonical(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> decoded)
    {
        if (decoded.IsEmpty)
        {
            return true;
        }

        var tail = decoded[((decoded.Length - 1) / 3 * 3)..];
        Span<byte> again = stackalloc byte[4];
        return Base64.EncodeToUtf8(tail, again, out _, out _) == OperationStatus.Done && utf8[^4..].SequenceEqual(again);
    }
}

using System.Formats.Asn1;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// The form of an ECDSA signature, checked before the platform sees it: OpenSSL takes an <c>s</c> whose leading zero is missing,
/// so two encodings would verify where RFC 3279, section 2.2.3 knows one.
/// </summary>
internal static class EcdsaSignature
{
    /// <summary>Whether the bytes are exactly SEQUENCE { r, s } in DER, both positive and no longer than the curve's order.</summary>
    public static bool IsStrictDer(ReadOnlySpan<byte> signature, int orderBytes) => TryRead(signature, orderBytes, out _, out _);

    /// <summary>Reads such a signature: r and s, big-endian, without leading zeros.</summary>
    public static bool TryRead(ReadOnlySpan<byte> signature, int orderBytes, out ReadOnlySpan<byte> r, out ReadOnlySpan<byte> s)
    {
        r = [];
        s = [];
        try
        {
            AsnDecoder.ReadSequence(signature, AsnEncodingRules.DER, out var offset, out var length, out var consumed);
            if (consumed != signature.Length)
            {
                return false;
            }

            var content = signature.Slice(offset, length);
            r = ReadPositive(content, orderBytes, out var first);
            s = ReadPositive(content[first..], orderBytes, out var second);
            return !r.IsEmpty && !s.IsEmpty && first + second == content.Length;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    /// <summary>The digits of a positive integer; empty for another, and for one that is longer than the order.</summary>
    private static ReadOnlySpan<byte> ReadPositive(ReadOnlySpan<byte> content, int orderBytes, out int consumed)
    {
        var value = AsnDecoder.ReadIntegerBytes(content, AsnEncodingRules.DER, out consumed);
        var digits = value.TrimStart((byte)0);
        return value[0] < 0x80 && digits.Length <= orderBytes ? digits : [];
    }
}

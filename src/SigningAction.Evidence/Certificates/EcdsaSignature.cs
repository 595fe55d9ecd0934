using System.Formats.Asn1;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// The form of an ECDSA signature, checked before the platform sees it: OpenSSL takes an <c>s</c> whose leading zero is missing,
/// so two encodings would verify where RFC 3279, section 2.2.3 knows one.
/// </summary>
internal static class EcdsaSignature
{
    /// <summary>Whether the bytes are exactly SEQUENCE { r, s } in DER, both positive and no longer than the curve's order.</summary>
    public static bool IsStrictDer(ReadOnlySpan<byte> signature, int orderBytes)
    {
        try
        {
            AsnDecoder.ReadSequence(signature, AsnEncodingRules.DER, out var offset, out var length, out var consumed);
            if (consumed != signature.Length)
            {
                return false;
            }

            var content = signature.Slice(offset, length);
            return ReadPositive(ref content, orderBytes) && ReadPositive(ref content, orderBytes) && content.IsEmpty;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool ReadPositive(ref ReadOnlySpan<byte> content, int orderBytes)
    {
        var value = AsnDecoder.ReadIntegerBytes(content, AsnEncodingRules.DER, out var consumed);
        content = content[consumed..];
        return value[0] < 0x80 && value.TrimStart((byte)0).Length is var digits && digits > 0 && digits <= orderBytes;
    }
}

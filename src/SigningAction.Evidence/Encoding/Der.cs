using System.Formats.Asn1;

namespace SigningAction.Evidence.Encoding;

/// <summary>The few pieces of DER (X.690) that <see cref="AsnReader"/> and <see cref="AsnWriter"/> leave to their caller.</summary>
internal static class Der
{
    /// <summary>Identifier octet of SEQUENCE.</summary>
    public const byte SequenceTag = 0x30;

    /// <summary>Identifier octet of OCTET STRING.</summary>
    public const byte OctetStringTag = 0x04;

    /// <summary>Opens the one SEQUENCE that is the whole of <paramref name="der"/>: a byte after it is a fault, not a remainder.</summary>
    /// <exception cref="AsnContentException">No SEQUENCE, or something after it.</exception>
    public static AsnReader ReadWholeSequence(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var inner = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        return inner;
    }

    /// <summary>The content octets of the one SEQUENCE that is the whole of <paramref name="der"/>.</summary>
    public static ReadOnlyMemory<byte> ReadWholeContent(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        var content = outer.PeekContentBytes();
        outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        return content;
    }

    /// <summary>Whether the next value carries the context-specific tag <paramref name="number"/>.</summary>
    public static bool NextIs(this AsnReader reader, int number) =>
        reader.HasData && reader.PeekTag().HasSameClassAndValue(new Asn1Tag(TagClass.ContextSpecific, number));

    /// <summary>Whether the next value carries the universal tag <paramref name="tag"/>.</summary>
    public static bool NextIs(this AsnReader reader, UniversalTagNumber tag) =>
        reader.HasData && reader.PeekTag().HasSameClassAndValue(new Asn1Tag(tag));

    /// <summary>
    /// Puts encoded values under one identifier octet. Already encoded parts are copied as they are, which keeps a TBSCertificate
    /// byte-exact where a writer would encode it again.
    /// </summary>
    public static byte[] Wrap(byte tag, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var length = Length(parts);
        var encoded = new byte[Size(length)];
        Copy(parts, WriteHeader(encoded, tag, length));
        return encoded;
    }

    /// <summary>Octets of a value with its identifier and length, by those of its content.</summary>
    public static int Size(int contentLength) => 2 + LengthOctets(contentLength) + contentLength;

    /// <summary>Writes identifier and length octets, for who puts nested values into one array.</summary>
    /// <returns>What is left behind them.</returns>
    public static Span<byte> WriteHeader(Span<byte> target, byte tag, int contentLength)
    {
        var octets = LengthOctets(contentLength);
        target[0] = tag;
        target[1] = (byte)(octets == 0 ? contentLength : 0x80 | octets);
        for (var i = 0; i < octets; i++)
        {
            target[2 + i] = (byte)((contentLength >> (8 * (octets - 1 - i))) & 0xff);
        }

        return target[(2 + octets)..];
    }

    /// <summary>Encoded values one after the other.</summary>
    public static byte[] Join(params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var joined = new byte[Length(parts)];
        Copy(parts, joined);
        return joined;
    }

    /// <summary>Octets of a length besides the first one (X.690, section 8.1.3).</summary>
    private static int LengthOctets(int length) => length < 0x80 ? 0 : length <= 0xff ? 1 : length <= 0xffff ? 2 : 3;

    /// <summary>Octets of all parts together.</summary>
    public static int Length(ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var length = 0;
        foreach (var part in parts)
        {
            length += part.Length;
        }

        return length;
    }

    /// <summary>Copies all parts, one after the other.</summary>
    public static void Copy(ReadOnlySpan<ReadOnlyMemory<byte>> parts, Span<byte> target)
    {
        foreach (var part in parts)
        {
            part.Span.CopyTo(target);
            target = target[part.Length..];
        }
    }
}

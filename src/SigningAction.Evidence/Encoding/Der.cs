using System.Formats.Asn1;

namespace SigningAction.Evidence.Encoding;

/// <summary>The few pieces of DER (X.690) that <see cref="AsnReader"/> and <see cref="AsnWriter"/> leave to their caller.</summary>
internal static class Der
{
    /// <summary>Identifier octet of SEQUENCE.</summary>
    public const byte SequenceTag = 0x30;

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
        var lengthOctets = length < 0x80 ? 0 : length <= 0xff ? 1 : length <= 0xffff ? 2 : 3;
        var encoded = new byte[2 + lengthOctets + length];
        encoded[0] = tag;
        encoded[1] = (byte)(lengthOctets == 0 ? length : 0x80 | lengthOctets);
        for (var i = 0; i < lengthOctets; i++)
        {
            encoded[2 + i] = (byte)((length >> (8 * (lengthOctets - 1 - i))) & 0xff);
        }

        Copy(parts, encoded.AsSpan(2 + lengthOctets));
        return encoded;
    }

    /// <summary>Encoded values one after the other.</summary>
    public static byte[] Join(params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var joined = new byte[Length(parts)];
        Copy(parts, joined);
        return joined;
    }

    private static int Length(ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var length = 0;
        foreach (var part in parts)
        {
            length += part.Length;
        }

        return length;
    }

    private static void Copy(ReadOnlySpan<ReadOnlyMemory<byte>> parts, Span<byte> target)
    {
        foreach (var part in parts)
        {
            part.Span.CopyTo(target);
            target = target[part.Length..];
        }
    }
}

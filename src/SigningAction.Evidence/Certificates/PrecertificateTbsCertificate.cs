using System.Formats.Asn1;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// RFC 6962, section 3.2: the log signed the TBSCertificate before the timestamp list was in it. Every other byte is copied, never encoded again;
/// only the lengths around the extensions change.
/// </summary>
internal static class PrecertificateTbsCertificate
{
    private const byte ExtensionsTag = 0xa3;

    // Compared as bytes: DER has one encoding of an identifier, and a text of each of two dozen is made for nothing.
    private static readonly byte[] SctList = Encode(Oids.SctList);
    private static readonly byte[] Poison = Encode(Oids.PrecertificatePoison);

    /// <summary>The TBSCertificate without the timestamp list and without the poison of a precertificate.</summary>
    public static byte[] Of(ReadOnlyMemory<byte> tbs)
    {
        var fields = Der.ReadWholeSequence(tbs);
        var parts = new List<ReadOnlyMemory<byte>>();
        while (fields.HasData && !fields.NextIs(3))
        {
            parts.Add(fields.ReadEncodedValue());
        }

        if (fields.HasData)
        {
            var kept = new List<ReadOnlyMemory<byte>>();
            var extensions = fields.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3)).ReadSequence();
            while (extensions.HasData)
            {
                var encoded = extensions.PeekEncodedValue();
                var oid = extensions.ReadSequence().PeekEncodedValue().Span;
                if (!oid.SequenceEqual(SctList) && !oid.SequenceEqual(Poison))
                {
                    kept.Add(encoded);
                }
            }

            // An empty [3] is no valid encoding: Extensions has at least one element.
            if (kept.Count > 0)
            {
                parts.Add(Der.Wrap(ExtensionsTag, Der.Wrap(Der.SequenceTag, [.. kept])));
            }
        }

        return Der.Wrap(Der.SequenceTag, [.. parts]);
    }

    private static byte[] Encode(string oid)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(oid);
        return writer.Encode();
    }
}

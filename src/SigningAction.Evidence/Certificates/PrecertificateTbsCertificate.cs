using System.Formats.Asn1;
using System.Runtime.InteropServices;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// RFC 6962, section 3.2: the log signed the TBSCertificate before the timestamp list was in it. Every other byte is copied, never encoded again;
/// only the lengths around the extensions change.
/// </summary>
internal static class PrecertificateTbsCertificate
{
    // Compared as bytes: DER has one encoding of an identifier, and a text of each of two dozen is made for nothing.
    private static readonly byte[] SctList = CertificateWriter.Identifier(Oids.SctList);
    private static readonly byte[] Poison = CertificateWriter.Identifier(Oids.PrecertificatePoison);

    /// <summary>The TBSCertificate without the timestamp list and without the poison of a precertificate.</summary>
    public static byte[] Of(ReadOnlyMemory<byte> tbs)
    {
        var reader = Der.ReadWholeSequence(tbs);
        var length = 0;
        while (reader.HasData && !reader.NextIs(3))
        {
            length += reader.ReadEncodedValue().Length;
        }

        var fields = Der.ReadWholeContent(tbs)[..length];
        var kept = new List<ReadOnlyMemory<byte>>();
        if (reader.HasData)
        {
            var extensions = reader.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3)).ReadSequence();
            while (extensions.HasData)
            {
                var extension = extensions.ReadEncodedValue();
                AsnDecoder.ReadSequence(extension.Span, AsnEncodingRules.DER, out var content, out _, out _);
                if (!extension.Span[content..].StartsWith(SctList) && !extension.Span[content..].StartsWith(Poison))
                {
                    kept.Add(extension);
                }
            }
        }

        // An empty [3] is no valid encoding: Extensions has at least one element.
        return kept.Count > 0 ? CertificateWriter.Tbs(fields, CollectionsMarshal.AsSpan(kept)) : Der.Wrap(Der.SequenceTag, fields);
    }
}

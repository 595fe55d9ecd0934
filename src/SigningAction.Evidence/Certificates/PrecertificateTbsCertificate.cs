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
                if (extensions.ReadSequence().ReadObjectIdentifier() is not (Oids.SctList or Oids.PrecertificatePoison))
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
}

using System.Formats.Asn1;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// The texts of extensions' identifiers, made once: a signing certificate has two dozen, nearly all of them below two arcs, and putting each into text anew
/// was a quarter of what reading it costs. Safe for concurrent use.
/// </summary>
internal static class ExtensionIdentifiers
{
    private const int OneOctet = 0x80;

    private static readonly (byte[] Prefix, string?[] Texts)[] Arcs = [Below("2.5.29."), Below(Oids.SigstoreArc)];

    /// <summary>Reads an identifier as <see cref="AsnReader.ReadObjectIdentifier"/> does.</summary>
    public static string Read(AsnReader reader)
    {
        var encoded = reader.PeekEncodedValue().Span;
        foreach (var (prefix, texts) in Arcs)
        {
            if (encoded.Length == prefix.Length + 1 && encoded[^1] < OneOctet && encoded.StartsWith(prefix))
            {
                var known = texts[encoded[^1]];
                if (known is not null)
                {
                    _ = reader.ReadEncodedValue();
                }

                return known ?? (texts[encoded[^1]] = reader.ReadObjectIdentifier());
            }
        }

        return reader.ReadObjectIdentifier();
    }

    /// <summary>Identifier and length octets with the arc: what all of its children of one octet begin with.</summary>
    private static (byte[] Prefix, string?[] Texts) Below(string arc) => (CertificateWriter.Identifier(arc + "0")[..^1], new string?[OneOctet]);
}

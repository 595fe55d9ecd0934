using System.Formats.Asn1;
using System.Text;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// An X.501 name. Names are equal when their DER is: the issuers that we trust copy the subject of the certificate above byte by byte,
/// and the folding of RFC 5280, section 7.1 is a larger risk than what it buys.
/// </summary>
public sealed class DistinguishedName : IEquatable<DistinguishedName>
{
    private readonly ReadOnlyMemory<byte> _der;
    private readonly List<(string Oid, string Value)> _attributes;
    private string? _text;

    private DistinguishedName(ReadOnlyMemory<byte> der, List<(string Oid, string Value)> attributes)
    {
        _der = der;
        _attributes = attributes;
    }

    /// <summary>DER of the RDNSequence.</summary>
    public ReadOnlyMemory<byte> RawBytes => _der;

    /// <summary>Whether the name has no attribute: the subject of a Fulcio leaf.</summary>
    public bool IsEmpty => _attributes.Count == 0;

    /// <summary>Every organizationName in the name; what <c>gh attestation verify</c> demands is exactly one.</summary>
    public IEnumerable<string> Organizations => _attributes.Where(a => a.Oid == Oids.Organization).Select(a => a.Value);

    /// <summary>Reads the next value as a name.</summary>
    /// <exception cref="AsnContentException">It is none.</exception>
    internal static DistinguishedName Read(AsnReader reader)
    {
        var der = reader.PeekEncodedValue();
        var attributes = new List<(string, string)>();
        var relativeNames = reader.ReadSequence();
        while (relativeNames.HasData)
        {
            var relativeName = relativeNames.ReadSetOf();
            do
            {
                var attribute = relativeName.ReadSequence();
                var oid = attribute.ReadObjectIdentifier();
                attributes.Add((oid, ReadText(attribute)));
                attribute.ThrowIfNotEmpty();
            }
            while (relativeName.HasData);
        }

        return new DistinguishedName(der, attributes);
    }

    /// <summary>Writes O and CN, in that order, as UTF8String.</summary>
    internal static DistinguishedName Of(string organization, string commonName)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (var (oid, value) in new[] { (Oids.Organization, organization), (Oids.CommonName, commonName) })
            {
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(oid);
                    writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }

        return Read(new AsnReader(writer.Encode(), AsnEncodingRules.DER));
    }

    /// <inheritdoc/>
    public bool Equals(DistinguishedName? other) => other is not null && _der.Span.SequenceEqual(other._der.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DistinguishedName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(_der.Span);
        return hash.ToHashCode();
    }

    /// <summary>The name for people: <c>O=…, CN=…</c>, fit for messages whatever a stranger wrote into it.</summary>
    public override string ToString() => _text ??= Describe();

    private string Describe()
    {
        var text = new StringBuilder();
        foreach (var (oid, value) in _attributes)
        {
            var label = oid switch { Oids.CommonName => "CN", Oids.Organization => "O", _ => oid };
            text.Append(text.Length == 0 ? string.Empty : ", ").Append(label).Append('=').Append(value);
        }

        return PrintableText.Neutralise(text.ToString());
    }

    private static string ReadText(AsnReader attribute)
    {
        var tag = attribute.PeekTag();
        if (tag.TagClass != TagClass.Universal)
        {
            return Convert.ToHexString(attribute.ReadEncodedValue().Span);
        }

        var kind = (UniversalTagNumber)tag.TagValue;
        return kind is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String
                or UniversalTagNumber.BMPString or UniversalTagNumber.T61String
            ? attribute.ReadCharacterString(kind)
            : Convert.ToHexString(attribute.ReadEncodedValue().Span);
    }
}

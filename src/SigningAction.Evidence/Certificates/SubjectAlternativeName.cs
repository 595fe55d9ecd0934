using System.Formats.Asn1;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>The one name of a signing certificate (RFC 5280, section 4.2.1.6, in Fulcio's profile).</summary>
/// <param name="Kind">Which form it has.</param>
/// <param name="Value">Its text. A URI is ASCII: characters outside of it are percent-encoded.</param>
public sealed record SubjectAlternativeName(SubjectAlternativeNameKind Kind, string Value)
{
    private static readonly Asn1Tag OtherName = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag Rfc822Name = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag UriName = new(TagClass.ContextSpecific, 6);

    /// <summary>Reads the extension's value: exactly one GeneralName, because two names would be two identities.</summary>
    internal static SubjectAlternativeName Read(ReadOnlyMemory<byte> value)
    {
        try
        {
            var names = Der.ReadWholeSequence(value);
            var tag = names.PeekTag();
            var name = tag.HasSameClassAndValue(UriName) ? new SubjectAlternativeName(
                    SubjectAlternativeNameKind.Uri, names.ReadCharacterString(UniversalTagNumber.IA5String, UriName))
                : tag.HasSameClassAndValue(Rfc822Name) ? new SubjectAlternativeName(
                    SubjectAlternativeNameKind.Email, names.ReadCharacterString(UniversalTagNumber.IA5String, Rfc822Name))
                : tag.HasSameClassAndValue(OtherName) ? new SubjectAlternativeName(
                    SubjectAlternativeNameKind.UserName, ReadOtherName(names))
                : throw Profile("is of a kind that signing certificates do not have");
            if (names.HasData)
            {
                throw Profile("has more than one name");
            }

            return name.Value.Length == 0 ? throw Profile("is empty")
                : name.Value.Any(char.IsControl) ? throw Profile("has a control character")
                : name;
        }
        catch (AsnContentException e)
        {
            throw new EvidenceException(FailureCode.CertificateMalformed, "A certificate's subject alternative name does not parse.", e);
        }
    }

    /// <summary>Writes the value of the extension for a URI; what is not printable ASCII becomes percent-encoded UTF-8, as Go's url.URL does it.</summary>
    internal static byte[] WriteUri(string uri)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, PercentEncode(uri), UriName);
        }

        return writer.Encode();
    }

    private static string PercentEncode(string uri)
    {
        if (!uri.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return uri;
        }

        var text = new System.Text.StringBuilder(uri.Length);
        foreach (var b in System.Text.Encoding.UTF8.GetBytes(uri))
        {
            _ = b is > 0x20 and < 0x7f ? text.Append((char)b) : text.Append('%').Append(b.ToString("X2", null));
        }

        return text.ToString();
    }

    private static string ReadOtherName(AsnReader names)
    {
        var other = names.ReadSequence(OtherName);
        if (other.ReadObjectIdentifier() != Oids.SigstoreOtherName)
        {
            throw Profile("is an otherName of an unknown type");
        }

        var wrapper = other.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        other.ThrowIfNotEmpty();
        var value = wrapper.ReadCharacterString(UniversalTagNumber.UTF8String);
        wrapper.ThrowIfNotEmpty();
        return value;
    }

    private static EvidenceException Profile(string fault) =>
        new(FailureCode.CertificateProfile, $"The certificate's subject alternative name {fault}.");
}

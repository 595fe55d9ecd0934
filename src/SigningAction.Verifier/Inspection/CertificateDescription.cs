using System.Formats.Asn1;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Inspection;

/// <summary>A certificate with all its extensions, known or not.</summary>
internal static class CertificateDescription
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="EvidenceException">It does not parse; nothing was written.</exception>
    public static void Write(Utf8JsonWriter json, ReadOnlyMemory<byte> der)
    {
        var certificate = Certificate.Parse(der);
        var scts = certificate.Extension(ExtensionNames.SctList) is { } list ? SignedCertificateTimestamp.ParseExtension(list.Value) : [];
        json.WriteStartObject();
        json.WriteString("subject", certificate.Subject.ToString());
        json.WriteString("issuer", certificate.Issuer.ToString());
        json.WriteString("serial", Convert.ToHexStringLower(certificate.Serial.Span));
        json.WriteString("notBefore", certificate.NotBefore);
        json.WriteString("notAfter", certificate.NotAfter);
        json.WriteString("sha256", Sha256Digest.Of(der.Span).ToString());
        Key(json, certificate);
        json.WriteStartArray("extensions");
        foreach (var extension in certificate.Extensions)
        {
            json.WriteStartObject();
            json.WriteString("oid", extension.Oid);
            if (ExtensionNames.Of(extension.Oid) is { } name)
            {
                json.WriteString("name", name);
            }

            json.WriteBoolean("critical", extension.IsCritical);
            Value(json, certificate, extension, scts);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Key(Utf8JsonWriter json, Certificate certificate)
    {
        json.WriteStartObject("key");
        try
        {
            json.WriteString("algorithm", certificate.Key.Details);
        }
        catch (EvidenceException e)
        {
            json.WriteString("error", e.Failure.Fault);
        }

        json.WriteString("spkiSha256", Sha256Digest.Of(certificate.Spki.Span).ToString());
        json.WriteEndObject();
    }

    private static void Value(Utf8JsonWriter json, Certificate certificate, CertificateExtension extension, IReadOnlyList<SignedCertificateTimestamp> scts)
    {
        switch (extension.Oid)
        {
            case ExtensionNames.SctList:
                json.WriteStartArray("timestamps");
                foreach (var sct in scts)
                {
                    json.WriteStartObject();
                    json.WriteString("logId", sct.LogId.ToString());
                    json.WriteString("time", sct.Time);
                    if (sct.LeafIndex is { } index)
                    {
                        json.WriteNumber("leafIndex", index);
                    }

                    json.WriteEndObject();
                }

                json.WriteEndArray();
                break;
            case ExtensionNames.KeyUsage:
                json.WriteString("value", certificate.KeyUsage.ToString());
                break;
            case ExtensionNames.ExtendedKeyUsage:
                json.WriteString("value", string.Join(", ", certificate.ExtendedKeyUsages.Select(oid => ExtensionNames.Of(oid) ?? oid)));
                break;
            case ExtensionNames.BasicConstraints:
                json.WriteString("value", certificate.ClaimsAuthority
                    ? string.Create(CultureInfo.InvariantCulture, $"CA, path length {certificate.PathLength?.ToString(CultureInfo.InvariantCulture) ?? "any"}") : "no CA");
                break;
            case ExtensionNames.SubjectKeyId:
                json.WriteString("value", Convert.ToHexStringLower(certificate.SubjectKeyId.Span));
                break;
            case ExtensionNames.AuthorityKeyId:
                json.WriteString("value", Convert.ToHexStringLower(certificate.AuthorityKeyId.Span));
                break;
            default:
                Other(json, extension);
                break;
        }
    }

    /// <summary>Text where the value is text, the names where it is a list of names, bytes otherwise.</summary>
    private static void Other(Utf8JsonWriter json, CertificateExtension extension)
    {
        if (extension.Oid == ExtensionNames.SubjectAltName && Names(extension.Value) is { } names)
        {
            json.WriteStartArray("names");
            foreach (var name in names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }
        else if (Text(extension) is { } text)
        {
            json.WriteString("value", text);
        }
        else
        {
            json.WriteString("hex", Convert.ToHexStringLower(extension.Value.Span));
        }
    }

    /// <summary>Sigstore's extensions .1 to .6 are bare UTF-8, the later ones a DER UTF8String (Fulcio's <c>docs/oid-info.md</c>).</summary>
    private static string? Text(CertificateExtension extension)
    {
        try
        {
            if (ExtensionNames.IsBareText(extension.Oid))
            {
                return StrictUtf8.GetString(extension.Value.Span);
            }

            var reader = new AsnReader(extension.Value, AsnEncodingRules.DER);
            var text = reader.ReadCharacterString(UniversalTagNumber.UTF8String);
            return reader.HasData ? null : text;
        }
        catch (Exception e) when (e is AsnContentException or DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Every name, also of kinds that signing certificates do not have (RFC 5280, section 4.2.1.6); null where it does not parse.</summary>
    private static List<string>? Names(ReadOnlyMemory<byte> value)
    {
        try
        {
            var names = new AsnReader(value, AsnEncodingRules.DER).ReadSequence();
            List<string> list = [];
            while (names.HasData)
            {
                var tag = names.PeekTag();
                list.Add(tag.TagClass == TagClass.ContextSpecific && tag.TagValue is 1 or 2 or 6
                    ? $"{tag.TagValue switch { 1 => "email", 2 => "dns", _ => "uri" }}:{names.ReadCharacterString(UniversalTagNumber.IA5String, tag)}"
                    : $"kind {tag.TagValue}:{Convert.ToHexStringLower(names.ReadEncodedValue().Span)}");
            }

            return list;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}

using System.Formats.Asn1;
using System.Security.Cryptography;

namespace SigningAction.Evidence.Tests.Certificates;

/// <summary>Makes certificates with any fault: every field is written as it is told, whatever a specification says.</summary>
internal sealed class CertificateForge
{
    public const string CodeSigning = "1.3.6.1.5.5.7.3.3";
    public const string TimeStamping = "1.3.6.1.5.5.7.3.8";

    public static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private CertificateForge(byte[] spki) => Spki = spki;

    public byte[] Version { get; set; } = Der(w =>
    {
        using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            w.WriteInteger(2);
        }
    });

    public byte[] Serial { get; set; } = [0x41, 0x42];

    public byte[] Issuer { get; set; } = Name("Forged CA");

    public byte[] Subject { get; set; } = Name(null);

    public DateTimeOffset NotBefore { get; set; } = Start;

    public DateTimeOffset NotAfter { get; set; } = Start.AddMinutes(10);

    public byte[]? Validity { get; set; }

    public byte[] Spki { get; set; }

    public List<byte[]> Extensions { get; } = [];

    public byte[] InnerAlgorithm { get; set; } = Algorithm("1.2.840.10045.4.3.2");

    public byte[] OuterAlgorithm { get; set; } = Algorithm("1.2.840.10045.4.3.2");

    public HashAlgorithmName Hash { get; set; } = HashAlgorithmName.SHA256;

    /// <summary>A leaf that is in order.</summary>
    public static CertificateForge Leaf(ECDsa key)
    {
        var forge = new CertificateForge(key.ExportSubjectPublicKeyInfo());
        forge.Extensions.AddRange([KeyUsage(0x80, 7), ExtendedKeyUsage(CodeSigning), SanUri("https://example.com/w@refs/heads/main"), Issuer1("https://issuer.example")]);
        return forge;
    }

    /// <summary>A timestamping certificate that is in order.</summary>
    public static CertificateForge TimestampLeaf(ECDsa key)
    {
        var forge = new CertificateForge(key.ExportSubjectPublicKeyInfo()) { Subject = Name("Forged TSA") };
        forge.Extensions.AddRange([KeyUsage(0x80, 7), Extension("2.5.29.37", true, ExtendedKeyUsageValue(TimeStamping))]);
        return forge;
    }

    /// <summary>An authority that is in order.</summary>
    public static CertificateForge Authority(ECDsa key, string name, string issuer, int? pathLength = null)
    {
        var forge = new CertificateForge(key.ExportSubjectPublicKeyInfo())
        {
            Subject = Name(name),
            Issuer = Name(issuer),
            NotBefore = Start.AddYears(-1),
            NotAfter = Start.AddYears(10),
        };
        forge.Extensions.AddRange([BasicConstraints(true, pathLength), KeyUsage(0x06, 1)]);
        return forge;
    }

    public CertificateForge With(Action<CertificateForge> change)
    {
        change(this);
        return this;
    }

    /// <summary>Replaces the extension of the same identifier, or adds it.</summary>
    public CertificateForge WithExtension(byte[] extension)
    {
        Without(OidOf(extension));
        Extensions.Add(extension);
        return this;
    }

    public CertificateForge Without(string oid)
    {
        Extensions.RemoveAll(e => OidOf(e) == oid);
        return this;
    }

    public byte[] Tbs() => Der(w =>
    {
        using (w.PushSequence())
        {
            if (Version.Length > 0)
            {
                w.WriteEncodedValue(Version);
            }

            w.WriteInteger(Serial);
            w.WriteEncodedValue(InnerAlgorithm);
            w.WriteEncodedValue(Issuer);
            w.WriteEncodedValue(Validity ?? Times(NotBefore, NotAfter));
            w.WriteEncodedValue(Subject);
            w.WriteEncodedValue(Spki);
            if (Extensions.Count > 0)
            {
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
                using (w.PushSequence())
                {
                    Extensions.ForEach(e => w.WriteEncodedValue(e));
                }
            }
        }
    });

    public byte[] Sign(ECDsa issuer) => SignWith(tbs => issuer.SignData(tbs, Hash, DSASignatureFormat.Rfc3279DerSequence));

    public byte[] SignWith(Func<byte[], byte[]> sign)
    {
        var tbs = Tbs();
        return Der(w =>
        {
            using (w.PushSequence())
            {
                w.WriteEncodedValue(tbs);
                w.WriteEncodedValue(OuterAlgorithm);
                w.WriteBitString(sign(tbs));
            }
        });
    }

    public static byte[] Der(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    public static byte[] Algorithm(string oid, bool withNull = false) => Der(w =>
    {
        using (w.PushSequence())
        {
            w.WriteObjectIdentifier(oid);
            if (withNull)
            {
                w.WriteNull();
            }
        }
    });

    public static byte[] Name(string? commonName) => Der(w =>
    {
        using (w.PushSequence())
        {
            if (commonName is not null)
            {
                using (w.PushSetOf())
                using (w.PushSequence())
                {
                    w.WriteObjectIdentifier("2.5.4.3");
                    w.WriteCharacterString(UniversalTagNumber.UTF8String, commonName);
                }
            }
        }
    });

    public static byte[] Times(DateTimeOffset notBefore, DateTimeOffset notAfter) => Der(w =>
    {
        using (w.PushSequence())
        {
            foreach (var time in new[] { notBefore, notAfter })
            {
                if (time.Year < 2050)
                {
                    w.WriteUtcTime(time, 2049);
                }
                else
                {
                    w.WriteGeneralizedTime(time, omitFractionalSeconds: true);
                }
            }
        }
    });

    public static byte[] Extension(string oid, bool critical, byte[] value) => Der(w =>
    {
        using (w.PushSequence())
        {
            w.WriteObjectIdentifier(oid);
            if (critical)
            {
                w.WriteBoolean(true);
            }

            w.WriteOctetString(value);
        }
    });

    public static byte[] KeyUsage(byte bits, int unused) => Extension("2.5.29.15", true, Der(w => w.WriteBitString([bits], unused)));

    public static byte[] ExtendedKeyUsage(params string[] usages) => Extension("2.5.29.37", false, ExtendedKeyUsageValue(usages));

    public static byte[] ExtendedKeyUsageValue(params string[] usages) => Der(w =>
    {
        using (w.PushSequence())
        {
            Array.ForEach(usages, u => w.WriteObjectIdentifier(u));
        }
    });

    public static byte[] BasicConstraints(bool authority, int? pathLength = null, bool critical = true) =>
        Extension("2.5.29.19", critical, Der(w =>
        {
            using (w.PushSequence())
            {
                if (authority)
                {
                    w.WriteBoolean(true);
                }

                if (pathLength is { } length)
                {
                    w.WriteInteger(length);
                }
            }
        }));

    public static byte[] SubjectKeyId(params byte[] id) => Extension("2.5.29.14", false, Der(w => w.WriteOctetString(id)));

    public static byte[] AuthorityKeyId(params byte[] id) => Extension("2.5.29.35", false, Der(w =>
    {
        using (w.PushSequence())
        {
            w.WriteOctetString(id, new Asn1Tag(TagClass.ContextSpecific, 0));
        }
    }));

    public static byte[] SanUri(params string[] uris) => San(true, w =>
        Array.ForEach(uris, u => w.WriteCharacterString(UniversalTagNumber.IA5String, u, new Asn1Tag(TagClass.ContextSpecific, 6))));

    public static byte[] San(bool critical, Action<AsnWriter> names) => Extension("2.5.29.17", critical, Der(w =>
    {
        using (w.PushSequence())
        {
            names(w);
        }
    }));

    public static byte[] Issuer1(string issuer) => Extension("1.3.6.1.4.1.57264.1.1", false, System.Text.Encoding.UTF8.GetBytes(issuer));

    public static byte[] Sigstore(int number, string text) => Extension(
        $"1.3.6.1.4.1.57264.1.{number}", false,
        number <= 6 ? System.Text.Encoding.UTF8.GetBytes(text) : Der(w => w.WriteCharacterString(UniversalTagNumber.UTF8String, text)));

    private static string OidOf(byte[] extension) => new AsnReader(extension, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier();
}

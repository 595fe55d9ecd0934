using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Tests.Certificates;

namespace SigningAction.Evidence.Tests.Timestamps;

/// <summary>Makes timestamp responses with any fault, signed all the same by the key it is given.</summary>
internal sealed class TimestampForge(Certificate signer, ECDsa key)
{
    public const string TstInfo = "1.2.840.113549.1.9.16.1.4";
    public const string Sha256 = "2.16.840.1.101.3.4.2.1";

    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0);

    public int Status { get; set; }

    public bool WithToken { get; set; } = true;

    public string ContentInfoType { get; set; } = "1.2.840.113549.1.7.2";

    public int Version { get; set; } = 3;

    public int InfoVersion { get; set; } = 1;

    public string ContentType { get; set; } = TstInfo;

    public string? AttributeContentType { get; set; } = TstInfo;

    public byte[] Stamped { get; set; } = [1, 2, 3];

    public byte[]? Digest { get; set; }

    public string ImprintHash { get; set; } = Sha256;

    public DateTimeOffset Time { get; set; } = CertificateForge.Start.AddMinutes(1);

    public byte[]? MessageDigest { get; set; }

    public Certificate BoundCertificate { get; set; } = signer;

    public string BindingAttribute { get; set; } = "1.2.840.113549.1.9.16.2.47";

    public bool WithBinding { get; set; } = true;

    public string? BindingHash { get; set; }

    public HashAlgorithmName BindingHashName { get; set; } = HashAlgorithmName.SHA256;

    public Certificate? BindingIssuerSerial { get; set; }

    public bool BySubjectKeyId { get; set; }

    public Certificate Named { get; set; } = signer;

    public string DigestAlgorithm { get; set; } = Sha256;

    public string AnnouncedAlgorithm { get; set; } = Sha256;

    public byte[] SignatureAlgorithm { get; set; } = CertificateForge.Algorithm("1.2.840.10045.4.3.2");

    public HashAlgorithmName SignatureHash { get; set; } = HashAlgorithmName.SHA256;

    public List<byte[]> Certificates { get; } = [];

    public bool WithRevocationLists { get; set; }

    public bool WithUnsignedAttributes { get; set; }

    public byte[]? InfoExtension { get; set; }

    public int Signers { get; set; } = 1;

    public bool SignsWholeTag { get; set; } = true;

    public byte[]? ExtraAttribute { get; set; }

    public TimestampForge With(Action<TimestampForge> change)
    {
        change(this);
        return this;
    }

    public byte[] Build() => CertificateForge.Der(w =>
    {
        using (w.PushSequence())
        {
            using (w.PushSequence())
            {
                w.WriteInteger(Status);
            }

            if (WithToken)
            {
                WriteToken(w);
            }
        }
    });

    private void WriteToken(AsnWriter w)
    {
        var info = Info();
        using (w.PushSequence())
        {
            w.WriteObjectIdentifier(ContentInfoType);
            using (w.PushSequence(Context0))
            using (w.PushSequence())
            {
                w.WriteInteger(Version);
                using (w.PushSetOf())
                {
                    w.WriteEncodedValue(CertificateForge.Algorithm(AnnouncedAlgorithm));
                }

                using (w.PushSequence())
                {
                    w.WriteObjectIdentifier(ContentType);
                    using (w.PushSequence(Context0))
                    {
                        w.WriteOctetString(info);
                    }
                }

                if (Certificates.Count > 0)
                {
                    using (w.PushSetOf(Context0))
                    {
                        Certificates.ForEach(c => w.WriteEncodedValue(c));
                    }
                }

                if (WithRevocationLists)
                {
                    using (w.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 1)))
                    {
                        w.WriteEncodedValue([0x30, 0]);
                    }
                }

                using (w.PushSetOf())
                {
                    for (var i = 0; i < Signers; i++)
                    {
                        WriteSigner(w, info);
                    }
                }
            }
        }
    }

    private void WriteSigner(AsnWriter w, byte[] info)
    {
        var attributes = Attributes(info);
        using (w.PushSequence())
        {
            if (BySubjectKeyId)
            {
                w.WriteInteger(3);
                w.WriteOctetString(Named.SubjectKeyId.Span, Context0);
            }
            else
            {
                w.WriteInteger(1);
                using (w.PushSequence())
                {
                    w.WriteEncodedValue(Named.Issuer.RawBytes.Span);
                    w.WriteInteger(Named.Serial.Span);
                }
            }

            w.WriteEncodedValue(CertificateForge.Algorithm(DigestAlgorithm));
            byte[] implicitly = [0xa0, .. attributes.AsSpan(1)];
            w.WriteEncodedValue(implicitly);
            w.WriteEncodedValue(SignatureAlgorithm);
            w.WriteOctetString(key.SignData(SignsWholeTag ? attributes : implicitly, SignatureHash, DSASignatureFormat.Rfc3279DerSequence));
            if (WithUnsignedAttributes)
            {
                using (w.PushSetOf(new Asn1Tag(TagClass.ContextSpecific, 1)))
                {
                    w.WriteEncodedValue(Attribute("1.2.3", a => a.WriteNull()));
                }
            }
        }
    }

    private byte[] Attributes(byte[] info) => CertificateForge.Der(w =>
    {
        using (w.PushSetOf())
        {
            if (AttributeContentType is not null)
            {
                w.WriteEncodedValue(Attribute("1.2.840.113549.1.9.3", a => a.WriteObjectIdentifier(AttributeContentType)));
            }

            w.WriteEncodedValue(Attribute(
                "1.2.840.113549.1.9.4", a => a.WriteOctetString(MessageDigest ?? CryptographicOperations.HashData(NameOf(DigestAlgorithm), info))));
            if (WithBinding)
            {
                w.WriteEncodedValue(Attribute(BindingAttribute, WriteBinding));
            }

            if (ExtraAttribute is not null)
            {
                w.WriteEncodedValue(ExtraAttribute);
            }
        }
    });

    private void WriteBinding(AsnWriter w)
    {
        using (w.PushSequence())
        using (w.PushSequence())
        using (w.PushSequence())
        {
            if (BindingHash is not null)
            {
                w.WriteEncodedValue(CertificateForge.Algorithm(BindingHash));
            }

            w.WriteOctetString(CryptographicOperations.HashData(BindingHashName, BoundCertificate.RawBytes.Span));
            if (BindingIssuerSerial is { } other)
            {
                using (w.PushSequence())
                {
                    using (w.PushSequence())
                    using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4)))
                    {
                        w.WriteEncodedValue(other.Issuer.RawBytes.Span);
                    }

                    w.WriteInteger(other.Serial.Span);
                }
            }
        }
    }

    private byte[] Info() => CertificateForge.Der(w =>
    {
        using (w.PushSequence())
        {
            w.WriteInteger(InfoVersion);
            w.WriteObjectIdentifier("1.3.6.1.4.1.57264.2");
            using (w.PushSequence())
            {
                w.WriteEncodedValue(CertificateForge.Algorithm(ImprintHash));
                w.WriteOctetString(Digest ?? CryptographicOperations.HashData(NameOf(ImprintHash), Stamped));
            }

            w.WriteInteger(77);
            w.WriteGeneralizedTime(Time);
            if (InfoExtension is not null)
            {
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
                {
                    w.WriteEncodedValue(InfoExtension);
                }
            }
        }
    });

    public static byte[] Attribute(string oid, Action<AsnWriter> value) => CertificateForge.Der(w =>
    {
        using (w.PushSequence())
        {
            w.WriteObjectIdentifier(oid);
            using (w.PushSetOf())
            {
                value(w);
            }
        }
    });

    private static HashAlgorithmName NameOf(string oid) => oid switch
    {
        "2.16.840.1.101.3.4.2.2" => HashAlgorithmName.SHA384,
        "2.16.840.1.101.3.4.2.3" => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };
}

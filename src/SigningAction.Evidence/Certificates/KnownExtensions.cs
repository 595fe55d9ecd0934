using System.Formats.Asn1;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// The extensions of RFC 5280 that this library acts on, read strictly. Any other that is critical is refused, as section 4.2 demands,
/// and so are name constraints in every form: they are not evaluated, and ignoring them would widen what an authority may issue.
/// </summary>
internal sealed class KnownExtensions
{
    public bool IsAuthority { get; private set; }

    public bool BasicConstraintsAreCritical { get; private set; }

    public int? PathLength { get; private set; }

    public KeyUsages KeyUsage { get; private set; }

    public IReadOnlyList<string> ExtendedKeyUsages { get; private set; } = [];

    public bool ExtendedKeyUsageIsCritical { get; private set; }

    public ReadOnlyMemory<byte> SubjectKeyId { get; private set; }

    public ReadOnlyMemory<byte> AuthorityKeyId { get; private set; }

    /// <summary>Reads them all.</summary>
    /// <exception cref="AsnContentException">One does not parse.</exception>
    public static KnownExtensions Read(IReadOnlyList<CertificateExtension> extensions)
    {
        var known = new KnownExtensions();
        foreach (var extension in extensions)
        {
            known.Read(extension);
        }

        return known;
    }

    private void Read(CertificateExtension extension)
    {
        var reader = new AsnReader(extension.Value, AsnEncodingRules.DER);
        switch (extension.Oid)
        {
            case Oids.BasicConstraints:
                BasicConstraintsAreCritical = extension.IsCritical;
                ReadBasicConstraints(reader.ReadSequence());
                break;
            case Oids.KeyUsage:
                KeyUsage = ReadKeyUsage(reader);
                if (KeyUsage == KeyUsages.None)
                {
                    throw Malformed("key usage without any usage");
                }

                break;
            case Oids.ExtKeyUsage:
                ExtendedKeyUsageIsCritical = extension.IsCritical;
                ExtendedKeyUsages = ReadExtendedKeyUsages(reader.ReadSequence());
                break;
            case Oids.SubjectKeyIdentifier:
                SubjectKeyId = reader.ReadOctetString();
                break;
            case Oids.AuthorityKeyIdentifier:
                AuthorityKeyId = ReadAuthorityKeyId(reader.ReadSequence());
                break;
            case Oids.NameConstraints:
                throw new EvidenceException(FailureCode.CertificateProfile, "A certificate has name constraints, which are not accepted.");
            case Oids.SubjectAltName or Oids.SctList:
                return; // Read by SigningCertificate, the only one that acts on them.
            default:
                if (extension.IsCritical)
                {
                    throw new EvidenceException(FailureCode.CertificateProfile, $"A certificate has the unknown critical extension {PrintableText.Exact(extension.Oid)}.");
                }

                return;
        }

        reader.ThrowIfNotEmpty();
    }

    private void ReadBasicConstraints(AsnReader constraints)
    {
        if (constraints.NextIs(UniversalTagNumber.Boolean))
        {
            IsAuthority = constraints.ReadBoolean();
            if (!IsAuthority)
            {
                throw Malformed("basic constraints with a default value"); // X.690, section 11.5
            }
        }

        if (constraints.HasData)
        {
            if (!IsAuthority || !constraints.TryReadInt32(out var length) || length < 0)
            {
                throw Malformed("a path length that is none");
            }

            PathLength = length;
        }

        constraints.ThrowIfNotEmpty();
    }

    /// <summary>The platform's reader of enumerations looks its type's attributes up by reflection, each time.</summary>
    private static KeyUsages ReadKeyUsage(AsnReader reader)
    {
        var bits = reader.ReadNamedBitList();
        if (bits.Length > 32)
        {
            throw Malformed("more key usages than there are");
        }

        var usages = 0;
        for (var i = 0; i < bits.Length; i++)
        {
            usages |= bits[i] ? 1 << i : 0;
        }

        return (KeyUsages)usages;
    }

    private static List<string> ReadExtendedKeyUsages(AsnReader sequence)
    {
        var usages = new List<string>();
        do
        {
            usages.Add(sequence.ReadObjectIdentifier());
        }
        while (sequence.HasData);

        return usages;
    }

    private static ReadOnlyMemory<byte> ReadAuthorityKeyId(AsnReader sequence)
    {
        ReadOnlyMemory<byte> keyId = default;
        if (sequence.NextIs(0))
        {
            keyId = sequence.ReadOctetString(new Asn1Tag(TagClass.ContextSpecific, 0));
        }

        // authorityCertIssuer [1] and authorityCertSerialNumber [2] only help to find a certificate; the key identifier decides here.
        for (var number = 1; number <= 2; number++)
        {
            if (sequence.NextIs(number))
            {
                _ = sequence.ReadEncodedValue();
            }
        }

        sequence.ThrowIfNotEmpty();
        return keyId;
    }

    private static EvidenceException Malformed(string what) => new(FailureCode.CertificateMalformed, $"A certificate has {what}.");
}

using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// A leaf of a Fulcio-compatible authority whose form and profile are in order: holding one says nothing yet about who issued it
/// (<see cref="CertificatePath"/>) or whether a log saw it (<see cref="CertificateTransparency"/>).
/// </summary>
public sealed class SigningCertificate
{
    private SigningCertificate(Certificate certificate, SubjectAlternativeName name, VerificationKey? known)
    {
        Certificate = certificate;
        SubjectAlternativeName = name;
        Key = known is not null && known.Spki.Span.SequenceEqual(certificate.Spki.Span) ? known : certificate.Key;
        Identity = SigstoreExtensions.Read(certificate, name);
        Scts = certificate.Extension(Oids.SctList) is { } list ? SignedCertificateTimestamp.ParseExtension(list.Value) : [];
    }

    /// <summary>The certificate as RFC 5280 sees it.</summary>
    public Certificate Certificate { get; }

    /// <summary>DER exactly as given.</summary>
    public ReadOnlyMemory<byte> RawBytes => Certificate.RawBytes;

    /// <summary>Serial number, big-endian: positive, at most 20 octets.</summary>
    public ReadOnlyMemory<byte> Serial => Certificate.Serial;

    /// <summary>First second of validity, inclusive.</summary>
    public DateTimeOffset NotBefore => Certificate.NotBefore;

    /// <summary>Last second of validity, inclusive.</summary>
    public DateTimeOffset NotAfter => Certificate.NotAfter;

    /// <summary>Every extension, also those that this version does not know.</summary>
    public IReadOnlyList<CertificateExtension> Extensions => Certificate.Extensions;

    /// <summary>The identity's name: exactly one.</summary>
    public SubjectAlternativeName SubjectAlternativeName { get; }

    /// <summary>The key that signs artifacts.</summary>
    public VerificationKey Key { get; }

    /// <summary>
    /// What the Sigstore extensions say, with the subject alternative name as <see cref="PipelineIdentity.SignerUri"/>.
    /// Null when no extension names an OIDC issuer: such a certificate has no identity that a policy could match, which is a refusal.
    /// <see cref="PipelineIdentity.Subject"/> is empty in certificates made before extension .24 existed.
    /// </summary>
    public PipelineIdentity? Identity { get; }

    /// <summary>Embedded signed certificate timestamps; empty when there is no such extension.</summary>
    public IReadOnlyList<SignedCertificateTimestamp> Scts { get; }

    /// <summary>
    /// The TBSCertificate that the certificate log saw: without the timestamp list, otherwise byte by byte the same (RFC 6962, section 3.2).
    /// </summary>
    public ReadOnlyMemory<byte> PrecertificateTbs => PrecertificateTbsCertificate.Of(Certificate.Tbs);

    /// <summary>Parses a leaf and checks its profile.</summary>
    /// <param name="der">DER; copied.</param>
    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.CertificateMalformed"/>, <see cref="FailureCode.CertificateProfile"/>, <see cref="FailureCode.KeyUnsupported"/>,
    /// <see cref="FailureCode.SctMalformed"/>, <see cref="FailureCode.TooLarge"/> or <see cref="FailureCode.TooMany"/>.
    /// </exception>
    public static SigningCertificate Parse(ReadOnlyMemory<byte> der) => Parse(der, null);

    /// <summary>
    /// The same for one who has a key at hand that may be the certificate's: spares an import, which costs a fifteenth of a verification where OpenSSL 3 is called directly and
    /// two verifications where the platform does it.
    /// </summary>
    /// <param name="der">DER; copied.</param>
    /// <param name="known">Taken as <see cref="Key"/> when the certificate has the same SubjectPublicKeyInfo, byte by byte; ignored when not.</param>
    /// <exception cref="EvidenceException">As <see cref="Parse(ReadOnlyMemory{byte})"/>.</exception>
    public static SigningCertificate Parse(ReadOnlyMemory<byte> der, VerificationKey? known)
    {
        var certificate = Certificate.Parse(der);
        if (certificate.ClaimsAuthority)
        {
            throw Profile("is one of an authority");
        }

        if (certificate.KeyUsage != KeyUsages.DigitalSignature)
        {
            throw Profile("has another key usage than digitalSignature alone");
        }

        if (!certificate.ExtendedKeyUsages.Contains(Oids.CodeSigning))
        {
            throw Profile("has no extended key usage for code signing");
        }

        if (certificate.ExtendedKeyUsages.Contains(Oids.AnyExtendedKeyUsage))
        {
            throw Profile("has the extended key usage for anything");
        }

        var extension = certificate.Extension(Oids.SubjectAltName) ?? throw Profile("has no subject alternative name");
        return certificate.Subject.IsEmpty && !extension.IsCritical
            ? throw Profile("has no subject, and its subject alternative name is not critical")
            : new SigningCertificate(certificate, SubjectAlternativeName.Read(extension.Value), known);
    }

    private static EvidenceException Profile(string fault) =>
        new(FailureCode.CertificateProfile, $"The signing certificate {fault}.");
}

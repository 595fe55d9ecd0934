using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// An X.509 v3 certificate (RFC 5280), parsed strictly and once: DER and nothing after it, every extension at most once, none critical
/// that is not understood here. What it may be used for is decided by <see cref="SigningCertificate"/>, <see cref="CertificateChain"/>
/// and the timestamp authority. The platform's parser is not used: it loads BER and trailing bytes, and then shows other bytes than it was given.
/// </summary>
public sealed class Certificate : IEquatable<Certificate>
{
    private readonly CertificateFields _fields;
    private VerificationKey? _key;

    private Certificate(CertificateFields fields) => _fields = fields;

    /// <summary>The DER of the whole certificate, exactly as given.</summary>
    public ReadOnlyMemory<byte> RawBytes => _fields.RawBytes;

    /// <summary>The DER of the TBSCertificate: what the signature covers.</summary>
    public ReadOnlyMemory<byte> Tbs => _fields.Tbs;

    /// <summary>Serial number, big-endian, as in the INTEGER: positive, at most 20 octets.</summary>
    public ReadOnlyMemory<byte> Serial => _fields.Serial;

    /// <summary>Who issued it.</summary>
    public DistinguishedName Issuer => _fields.Issuer;

    /// <summary>Whom it is about; empty in Fulcio leaves.</summary>
    public DistinguishedName Subject => _fields.Subject;

    /// <summary>First second of its validity, inclusive.</summary>
    public DateTimeOffset NotBefore => _fields.NotBefore;

    /// <summary>Last second of its validity, inclusive.</summary>
    public DateTimeOffset NotAfter => _fields.NotAfter;

    /// <summary>DER SubjectPublicKeyInfo.</summary>
    public ReadOnlyMemory<byte> Spki => _fields.Spki;

    /// <summary>
    /// The key, parsed at first use: a token may carry certificates that nobody needs.
    /// </summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.KeyUnsupported"/>.</exception>
    public VerificationKey Key => _key ??= VerificationKey.Parse(Spki.Span);

    /// <summary>All extensions in their order.</summary>
    public IReadOnlyList<CertificateExtension> Extensions => _fields.Extensions;

    /// <summary>Whether a critical basicConstraints says CA:TRUE. A CA:TRUE that is not critical reads as <see cref="ClaimsAuthority"/> only.</summary>
    public bool IsAuthority => _fields.Known.IsAuthority && _fields.Known.BasicConstraintsAreCritical;

    /// <summary>Whether basicConstraints says CA:TRUE, critical or not: what a leaf must never say.</summary>
    public bool ClaimsAuthority => _fields.Known.IsAuthority;

    /// <summary>How many authorities may follow below; null for any number.</summary>
    public int? PathLength => _fields.Known.PathLength;

    /// <summary>Key usage; <see cref="KeyUsages.None"/> when the extension is absent.</summary>
    public KeyUsages KeyUsage => _fields.Known.KeyUsage;

    /// <summary>Extended key usages as dotted identifiers; empty when the extension is absent, which RFC 5280 reads as "any".</summary>
    public IReadOnlyList<string> ExtendedKeyUsages => _fields.Known.ExtendedKeyUsages;

    /// <summary>Whether the extended key usage extension is critical.</summary>
    public bool ExtendedKeyUsageIsCritical => _fields.Known.ExtendedKeyUsageIsCritical;

    /// <summary>Subject key identifier; empty when absent.</summary>
    public ReadOnlyMemory<byte> SubjectKeyId => _fields.Known.SubjectKeyId;

    /// <summary>Key identifier of the authority above; empty when absent.</summary>
    public ReadOnlyMemory<byte> AuthorityKeyId => _fields.Known.AuthorityKeyId;

    /// <summary>The signature algorithm's verdict on whether anybody can verify this certificate.</summary>
    internal SignatureAlgorithm SignatureAlgorithm => _fields.SignatureAlgorithm;

    /// <summary>Parses one certificate.</summary>
    /// <param name="der">DER; copied.</param>
    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.CertificateMalformed"/>, <see cref="FailureCode.CertificateProfile"/> (serial, unknown critical extension, name constraints),
    /// <see cref="FailureCode.TooLarge"/> or <see cref="FailureCode.TooMany"/>.
    /// </exception>
    public static Certificate Parse(ReadOnlyMemory<byte> der) => new(CertificateFields.Read(Capped(der).ToArray()));

    /// <summary>Only the issuer's name, for whoever has to choose before the certificate is judged: a tenth of <see cref="Parse"/>, and says nothing about the rest.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.CertificateMalformed"/> or <see cref="FailureCode.TooLarge"/>.</exception>
    internal static DistinguishedName IssuerOf(ReadOnlyMemory<byte> der) => CertificateFields.ReadIssuer(Capped(der));

    /// <summary>Whether <paramref name="issuer"/>'s key made the signature, by the algorithm that the certificate names.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.KeyUnsupported"/> for the issuer's key.</exception>
    public bool IsSignedBy(Certificate issuer) =>
        _fields.SignatureAlgorithm.Verify(issuer.Key, Tbs.Span, _fields.Signature.Span);

    /// <summary>Whether <paramref name="time"/> lies in the validity, both ends included (RFC 5280, section 4.1.2.5).</summary>
    public bool IsValidAt(DateTimeOffset time) => NotBefore <= time && time <= NotAfter;

    /// <summary>The extension with this dotted identifier, or null.</summary>
    public CertificateExtension? Extension(string oid)
    {
        foreach (var extension in Extensions)
        {
            if (extension.Oid == oid)
            {
                return extension;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public bool Equals(Certificate? other) => other is not null && RawBytes.Span.SequenceEqual(other.RawBytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Certificate);

    /// <inheritdoc/>
    public override int GetHashCode() => Sha256Digest.Of(RawBytes.Span).GetHashCode();

    /// <summary>Subject and serial, for messages.</summary>
    public override string ToString() =>
        $"{(Subject.IsEmpty ? "certificate issued by " + Issuer : Subject.ToString())} (serial {Convert.ToHexStringLower(Serial.Span)})";

    private static ReadOnlyMemory<byte> Capped(ReadOnlyMemory<byte> der) => der.Length <= Limits.CertificateBytes
        ? der
        : throw new EvidenceException(FailureCode.TooLarge, $"A certificate has {der.Length} bytes, more than {Limits.CertificateBytes}.");
}

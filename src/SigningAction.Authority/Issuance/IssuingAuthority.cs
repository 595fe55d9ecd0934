using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Issuance;

/// <summary>Who issues: the certificates as a trusted root gives them, the key, and the log that promises to hold what is issued. Everything is parsed once.</summary>
public sealed class IssuingAuthority
{
    /// <summary>Takes the authority as it was set up, and refuses one that does not fit together.</summary>
    /// <param name="chain">The issuing certificate first, the root last.</param>
    /// <param name="key">Key of the issuing certificate; not disposed here.</param>
    /// <param name="logKey">Key of the certificate log; not disposed here.</param>
    /// <exception cref="ArgumentException">The key is not the certificate's.</exception>
    /// <exception cref="EvidenceException">The chain does not hold.</exception>
    public IssuingAuthority(CertificateChain chain, ECDsa key, ECDsa logKey)
    {
        Chain = chain;
        Builder = new SigningCertificateBuilder(Issuer, key);
        LogKey = logKey;
        LogVerificationKey = VerificationKey.Of(logKey);
        IssuerDigests = [.. chain.Certificates.Select(certificate => Sha256Digest.Of(certificate.RawBytes.Span))];
        NotAfter = chain.Certificates.Min(certificate => certificate.NotAfter);
        ChainPem = [.. chain.Certificates.Select(certificate => Pem.OfCertificate(certificate.RawBytes.Span))];
    }

    /// <summary>What customers trust.</summary>
    public CertificateChain Chain { get; }

    /// <summary>The certificate whose key signs.</summary>
    public Certificate Issuer => Chain.Certificates[0];

    /// <summary>When the first certificate of the chain ends; nothing that is issued may end later.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>Makes the certificates.</summary>
    public SigningCertificateBuilder Builder { get; }

    /// <summary>Signs the promise of the certificate log.</summary>
    public ECDsa LogKey { get; }

    /// <summary>Verifies it; its id is the log's.</summary>
    public VerificationKey LogVerificationKey { get; }

    /// <summary>SHA-256 of each certificate of the chain, in its order.</summary>
    public IReadOnlyList<Sha256Digest> IssuerDigests { get; }

    /// <summary>The chain in PEM, each with its final line feed.</summary>
    public IReadOnlyList<string> ChainPem { get; }

    /// <summary>The promise of the certificate log for a precertificate.</summary>
    public SignedCertificateTimestamp Promise(Precertificate precertificate, DateTimeOffset time, long index) =>
        SignedCertificateTimestamp.Sign(LogKey, LogVerificationKey.Id, precertificate.IssuerKeyId, precertificate.Tbs.Span, time, index);

    /// <summary>The same code that customers run, against the same chain and log: what they would refuse is never handed out.</summary>
    /// <param name="der">A certificate that was just made.</param>
    /// <param name="identity">Whom it must name.</param>
    /// <param name="key">The key that it must certify.</param>
    /// <param name="index">The index that the log must promise.</param>
    /// <exception cref="OwnCheckFailedException">They would refuse it.</exception>
    public SigningCertificate Check(byte[] der, PipelineIdentity identity, VerificationKey key, long index)
    {
        try
        {
            var certificate = SigningCertificate.Parse(der, key);
            var path = CertificatePath.Verify(certificate, Chain, certificate.NotBefore);
            var scts = CertificateTransparency.Verify(certificate, path.Issuer, sct => sct.LogId == LogVerificationKey.Id ? LogVerificationKey : null);
            return certificate.Key.Equals(key) && Says(certificate, identity) && scts is [{ LeafIndex: { } promised }] && promised == index
                ? certificate
                : throw new OwnCheckFailedException("A certificate says something else than what was decided.");
        }
        catch (EvidenceException e)
        {
            throw new OwnCheckFailedException($"A certificate does not pass the checks of its customers: {e.Failure.Fault}", e);
        }
    }

    /// <summary>Makes a certificate for nobody, with a key that is forgotten, and checks it.</summary>
    /// <exception cref="ArgumentException">The issuing certificate is not valid for as long as a certificate lives.</exception>
    /// <exception cref="OwnCheckFailedException">Customers would refuse it.</exception>
    public void Rehearse(DateTimeOffset now)
    {
        var nobody = new PipelineIdentity { Issuer = "https://invalid", Subject = "rehearsal", SignerUri = "https://invalid/rehearsal" };
        using var forgotten = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = VerificationKey.Of(forgotten);
        var precertificate = Builder.BuildPrecertificate(nobody, key, CertificateSerial.Create(), now, now + CertificateIssuer.Lifetime);
        _ = Check(Builder.Build(precertificate, [Promise(precertificate, now, 0)]), nobody, key, 0);
    }

    /// <summary>Whether the certificate carries this identity and nothing else. A name outside ASCII stands percent-encoded in the subject alternative name.</summary>
    private static bool Says(SigningCertificate certificate, PipelineIdentity identity) =>
        certificate.Identity is { } stated
        && (stated with { SignerUri = identity.SignerUri }).Equals(identity)
        && (stated.SignerUri == identity.SignerUri || !System.Text.Ascii.IsValid(identity.SignerUri));
}

using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>A certificate of the instance's authority. Paths and certificate timestamps do not depend on time, so what was once built here is kept.</summary>
internal sealed class CertificateSigner : SignerProof
{
    private readonly List<Certificate> _helpers;
    private readonly List<(CertificateAuthority Authority, CertificatePath Path)> _paths = [];
    private Logged? _logged;

    private CertificateSigner(SigningCertificate certificate, Sha256Digest digest, List<Certificate> helpers)
    {
        Certificate = certificate;
        Digest = digest;
        _helpers = helpers;
    }

    public SigningCertificate Certificate { get; }

    /// <summary>SHA-256 of the certificate: by it the signer is found again.</summary>
    public Sha256Digest Digest { get; }

    public override VerificationKey Key => Certificate.Key;

    public override ReadOnlyMemory<byte> Verifier => Certificate.RawBytes;

    public override bool IsCertificate => true;

    /// <summary>Whether what is kept here holds for every bundle with this certificate: helpers are of one bundle alone.</summary>
    public bool IsReusable => _helpers.Count == 0;

    /// <summary>The signer's certificate, parsed and of the right profile; nothing proven.</summary>
    public static CertificateSigner Read(Bundle bundle, SignerCache known)
    {
        var certificate = bundle.Signer.Certificate;
        var digest = Sha256Digest.Of(certificate.Span);
        return bundle.Signer.Intermediates.Count == 0 && known.Find(digest) is { } signer
            ? signer
            : new CertificateSigner(SigningCertificate.Parse(certificate), digest, Helpers(bundle));
    }

    /// <summary>Who the certificate says it is.</summary>
    public PipelineIdentity Identity() => Certificate.Identity
        ?? throw new EvidenceException(FailureCode.CertificateProfile, "The certificate does not say which OIDC issuer knows the signer.");

    public override void Prove(IReadOnlyList<VerifiedTime> times, TrustedRoot root, VerificationPolicy policy)
    {
        var issuer = CertificateVerifier.FindPath(root, [.. times.Select(time => time.Time)], PathTo).Issuer;
        policy.Profile.RequireIssuer(issuer);
        if (policy.NeedsCertificateLog)
        {
            RequireLogged(issuer, root, policy);
        }
    }

    public override void RequireKnown(TrustedRoot root) => CertificateVerifier.FindPath(root, [], PathTo);

    private void RequireLogged(Certificate issuer, TrustedRoot root, VerificationPolicy policy)
    {
        var logged = _logged;
        if (policy.DangerouslyAcceptDetachedScts.Count > 0 || logged is null || !logged.Issuer.Equals(issuer))
        {
            logged = new Logged(issuer, CertificateVerifier.RequireLogged(Certificate, issuer, root, policy.DangerouslyAcceptDetachedScts));
        }

        // Timestamps beside the certificate are the policy's own: they are not kept.
        _logged = policy.DangerouslyAcceptDetachedScts.Count > 0 ? _logged : logged;
        var operators = logged.Scts.Select(sct => root.CertificateLogsOf(sct.LogId)[0]).Select(log => log.Operator ?? log.LogId.ToString())
            .Distinct(StringComparer.Ordinal).Count();
        if (operators < (policy.CertificateLogThreshold ?? 1))
        {
            throw new EvidenceException(
                FailureCode.ThresholdNotMet, $"Certificate logs of {operators} operators hold the certificate; asked for are {policy.CertificateLogThreshold}.");
        }
    }

    private CertificatePath PathTo(CertificateAuthority authority)
    {
        lock (_paths)
        {
            foreach (var (known, path) in _paths)
            {
                if (ReferenceEquals(known, authority))
                {
                    return path;
                }
            }
        }

        var built = CertificatePath.Build(Certificate, authority.Chain, _helpers);
        lock (_paths)
        {
            _paths.Add((authority, built));
        }

        return built;
    }

    /// <summary>
    /// Certificates of the bundle never anchor anything; a root among them is the sign of a writer that thinks they do (v0.1, v0.2), and a second leaf leaves
    /// open which one signed.
    /// </summary>
    private static List<Certificate> Helpers(Bundle bundle)
    {
        List<Certificate> helpers = [.. bundle.Signer.Intermediates.Select(Certificates.Certificate.Parse)];
        return helpers.Any(certificate => certificate.Issuer.Equals(certificate.Subject))
            ? throw new EvidenceException(FailureCode.BundleMalformed, "The bundle holds a root certificate.")
            : !helpers.TrueForAll(certificate => certificate.ClaimsAuthority)
                ? throw new EvidenceException(FailureCode.BundleMalformed, "A certificate above the leaf is no authority's.")
                : helpers;
    }

    /// <summary>Which logs saw the certificate, as issued by this authority.</summary>
    private sealed record Logged(Certificate Issuer, IReadOnlyList<SignedCertificateTimestamp> Scts);
}

using SigningAction.Agent.Pipelines;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Signing;

/// <summary>
/// Judges the certificate before anything is signed with it: made for our key and our token, issued by an authority of the trusted root, seen by a
/// certificate log where the instance has one. A wrong answer stops the run here, where nothing is logged yet.
/// </summary>
internal static class CertificateCheck
{
    /// <summary>The certificate and who it says we are.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.AnswerForAnother"/>.</exception>
    /// <exception cref="EvidenceException">It does not parse, or nobody we trust issued it.</exception>
    public static (SigningCertificate Certificate, PipelineIdentity Identity) Require(
        ReadOnlyMemory<byte> der, VerificationKey key, IdentityToken token, TrustedRoot root, TrustProfile profile, DateTimeOffset now)
    {
        var certificate = SigningCertificate.Parse(der);
        if (!certificate.Key.Equals(key))
        {
            throw ForAnother("key");
        }

        var identity = certificate.Identity
            ?? throw new EvidenceException(FailureCode.CertificateProfile, "The certificate does not say which OIDC issuer knows the signer.");
        RequireOurs(identity, token);

        // The clock of this machine only chooses among the times at which the certificate is valid: the timestamp proves the time that counts.
        var time = now < certificate.NotBefore ? certificate.NotBefore : now > certificate.NotAfter ? certificate.NotAfter : now;
        CertificateVerifier.Verify(certificate, [time], root, profile: profile);
        return (certificate, identity);
    }

    /// <summary>
    /// The certificate repeats our token. A person's token may come from a federated log-in, whose certificate names the log-in behind it as issuer; so with
    /// an e-mail address the issuer is left to whoever verifies. Certificates of old authorities have no subject to compare.
    /// </summary>
    private static void RequireOurs(PipelineIdentity identity, IdentityToken token)
    {
        if (token.Challenge == token.Subject && identity.Issuer != token.Issuer)
        {
            throw ForAnother("OIDC issuer");
        }

        if (identity.Subject.Length > 0 && identity.Subject != token.Subject)
        {
            throw ForAnother("identity");
        }
    }

    private static AgentException ForAnother(string what) => new(
        AgentFault.AnswerForAnother,
        $"The certificate authority answered with a certificate for another {what}. Nothing was signed; run again, and if it stays so ask whoever runs the authority.");
}

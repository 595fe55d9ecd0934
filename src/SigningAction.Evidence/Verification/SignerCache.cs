using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// Signers that one verifier has proven before, by the bytes of their certificate: many subjects are attested with one certificate, and its key, path and
/// timestamps cost most of a verification. What depends on the time is judged anew for each bundle. Safe for concurrent use.
/// </summary>
internal sealed class SignerCache
{
    private readonly ProvenBefore<Sha256Digest, CertificateSigner> _signers = new(Limits.KeptSigners);

    public CertificateSigner? Find(Sha256Digest certificate) => _signers.TryFind(certificate, out var signer) ? signer : null;

    /// <summary>Keeps a signer that was proven.</summary>
    public void Keep(SignerProof signer)
    {
        if (signer is CertificateSigner { IsReusable: true } certificate)
        {
            _signers.Keep(certificate.Digest, certificate);
        }
    }
}

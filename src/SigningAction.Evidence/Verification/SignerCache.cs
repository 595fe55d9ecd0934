using System.Collections.Concurrent;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// Signers that one verifier has proven before, by the bytes of their certificate: many subjects are attested with one certificate, and its key, path and
/// timestamps cost most of a verification. Bounded; when it is full it starts anew, which costs only time. Safe for concurrent use.
/// </summary>
internal sealed class SignerCache
{
    private readonly ConcurrentDictionary<Sha256Digest, CertificateSigner> _signers = new();

    public CertificateSigner? Find(ReadOnlySpan<byte> certificate) =>
        _signers.IsEmpty ? null : _signers.GetValueOrDefault(Sha256Digest.Of(certificate));

    /// <summary>Keeps a signer that was proven.</summary>
    public void Keep(SignerProof signer)
    {
        if (signer is not CertificateSigner { IsReusable: true } certificate)
        {
            return;
        }

        if (_signers.Count >= Limits.KeptSigners)
        {
            _signers.Clear();
        }

        _signers.TryAdd(Sha256Digest.Of(certificate.Verifier.Span), certificate);
    }
}

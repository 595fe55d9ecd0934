using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>Judges the signed certificate timestamps of a leaf.</summary>
public static class CertificateTransparency
{
    /// <summary>
    /// Verifies the embedded timestamps: one from a known log is required, and every one from a known log must verify, because a bad
    /// signature under a trusted log's name is an attack and not an accident.
    /// </summary>
    /// <param name="leaf">The certificate.</param>
    /// <param name="issuer">The certificate that issued it, from its verified path.</param>
    /// <param name="logKey">
    /// The key of the timestamp's log if the trusted root vouches for that log at the timestamp's time; otherwise null, and the timestamp does not count.
    /// </param>
    /// <param name="detached">Timestamps that came beside the certificate; each as good as an embedded one.</param>
    /// <returns>One verified timestamp for each distinct log, for thresholds: two of one log are one.</returns>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SctMissing"/>, <see cref="FailureCode.SctUntrusted"/> or <see cref="FailureCode.SctSignature"/>.</exception>
    public static IReadOnlyList<SignedCertificateTimestamp> Verify(
        SigningCertificate leaf,
        Certificate issuer,
        Func<SignedCertificateTimestamp, VerificationKey?> logKey,
        IReadOnlyList<SignedCertificateTimestamp>? detached = null)
    {
        detached ??= [];
        if (leaf.Scts.Count + detached.Count == 0)
        {
            throw new EvidenceException(FailureCode.SctMissing, "The certificate carries no signed certificate timestamp.");
        }

        var verified = new Dictionary<Sha256Digest, SignedCertificateTimestamp>();
        if (leaf.Scts.Count > 0)
        {
            var tbs = leaf.PrecertificateTbs;
            Add(verified, leaf.Scts, logKey, (sct, key) => sct.Verify(key, issuer.Key.Id, tbs.Span));
        }

        Add(verified, detached, logKey, (sct, key) => sct.VerifyDetached(key, leaf.RawBytes.Span));

        return verified.Count > 0
            ? [.. verified.Values]
            : throw new EvidenceException(
                FailureCode.SctUntrusted, $"No signed certificate timestamp is from a trusted log; the first is from log {leaf.Scts.Concat(detached).First().LogId}.");
    }

    private static void Add(
        Dictionary<Sha256Digest, SignedCertificateTimestamp> verified,
        IReadOnlyList<SignedCertificateTimestamp> scts,
        Func<SignedCertificateTimestamp, VerificationKey?> logKey,
        Func<SignedCertificateTimestamp, VerificationKey, bool> verify)
    {
        foreach (var sct in scts)
        {
            if (logKey(sct) is not { } key)
            {
                continue;
            }

            if (!verify(sct, key))
            {
                throw new EvidenceException(
                    FailureCode.SctSignature, $"The signed certificate timestamp of log {sct.LogId} does not verify for this certificate.");
            }

            verified.TryAdd(sct.LogId, sct);
        }
    }
}

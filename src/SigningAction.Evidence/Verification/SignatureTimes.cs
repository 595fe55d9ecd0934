using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>Every proven time of the signature. One file a kind of time; this one reads RFC 3161 timestamps.</summary>
internal static class SignatureTimes
{
    /// <summary>
    /// Proves all timestamps. One of an unknown authority is passed over, so that a bundle may carry more than this root knows;
    /// a bad one of a known authority refuses the bundle.
    /// </summary>
    public static IReadOnlyList<VerifiedTime> Prove(Bundle bundle, TrustedRoot root)
    {
        EvidenceException? passedOver = null;
        var times = new List<VerifiedTime>();
        foreach (var response in bundle.Timestamps)
        {
            try
            {
                var timestamp = TimestampVerifier.Verify(response, bundle.Signature.Span, root.TimestampAuthorities);
                times.Add(new VerifiedTime(timestamp.Time, (timestamp.Authority.Signer ?? timestamp.Authority.Chain.Anchor).Subject.ToString()));
            }
            catch (EvidenceException e) when (e.Code == FailureCode.TimestampUntrusted)
            {
                passedOver = e;
            }
        }

        return times.Count > 0
            ? times
            : throw passedOver ?? new EvidenceException(FailureCode.NoTrustedTime, "The bundle has no timestamp, so nothing says when it was signed.");
    }
}

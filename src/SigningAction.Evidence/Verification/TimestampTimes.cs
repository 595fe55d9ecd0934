using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>Times of RFC 3161 timestamps over the signature.</summary>
internal static class TimestampTimes
{
    /// <summary>Adds the proven ones; gives why one was passed over.</summary>
    public static EvidenceException? Prove(Bundle bundle, TrustedRoot root, List<VerifiedTime> times)
    {
        EvidenceException? passedOver = null;
        foreach (var response in bundle.Timestamps)
        {
            try
            {
                var timestamp = TimestampVerifier.Verify(response, bundle.Signature.Span, root.TimestampAuthorities);
                times.Add(new VerifiedTime(timestamp.Time, (timestamp.Authority.Signer ?? timestamp.Authority.Chain.Anchor).Subject.ToString(), timestamp.Authority.Source, null));
            }
            catch (EvidenceException e) when (e.Code == FailureCode.TimestampUntrusted)
            {
                passedOver = e;
            }
        }

        return passedOver;
    }
}

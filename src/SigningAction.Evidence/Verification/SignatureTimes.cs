using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>Every proven time of the signature. One file a kind of time: timestamps of RFC 3161, promises of Rekor v1.</summary>
internal static class SignatureTimes
{
    /// <summary>
    /// Proves all times. One of an unknown authority or log is passed over, so that a bundle may carry more than this root knows;
    /// a bad one of a known authority or log refuses the bundle.
    /// </summary>
    public static IReadOnlyList<VerifiedTime> Prove(Bundle bundle, IReadOnlyList<OwnEntry> entries, TrustedRoot root, VerificationPolicy policy)
    {
        var times = new List<VerifiedTime>();
        var passedOver = TimestampTimes.Prove(bundle, root, times);
        var stamps = times.Count;
        passedOver = PromisedTimes.Prove(entries, root, times) ?? passedOver;
        if (times.Count == 0 || (policy.Profile.NeedsTimestamp && stamps == 0))
        {
            throw passedOver ?? new EvidenceException(FailureCode.NoTrustedTime, "The bundle has no timestamp, so nothing says when it was signed.");
        }

        if (times.Find(time => time.Time > policy.Now) is { } future)
        {
            throw new EvidenceException(FailureCode.TimeInFuture, $"{future.Source} vouches for {future.Time:u}, which is after the present, {policy.Now:u}.");
        }

        var sources = times.Select(time => time.CountsAs).Distinct(StringComparer.Ordinal).Count();
        return sources >= policy.TimeThreshold
            ? times
            : throw new EvidenceException(FailureCode.ThresholdNotMet, $"{sources} operators vouch for a time of the signature; asked for are {policy.TimeThreshold}.");
    }
}

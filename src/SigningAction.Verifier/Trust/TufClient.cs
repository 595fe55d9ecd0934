using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Trust;

/// <summary>Brings what is known of a TUF repository up to date.</summary>
internal static class TufClient
{
    /// <summary>Fetches whatever is new, then the target.</summary>
    /// <param name="known">What is known already; nothing in it may go back.</param>
    /// <param name="source">The repository.</param>
    /// <param name="target">The target that is needed.</param>
    /// <param name="now">The time, fixed for the whole update.</param>
    /// <exception cref="EvidenceException">A TUF code; nothing was kept.</exception>
    /// <exception cref="ProblemException">The repository could not be asked.</exception>
    public static (TufTrust Trust, byte[] Target) Update(CachedTrust known, ITufSource source, string target, DateTimeOffset now)
    {
        var trust = known.Trust.Refresh(now);
        while (trust.Next is { } next)
        {
            trust = source.Get(next) is { } bytes ? trust.Accept(bytes) : trust.Absent();
        }

        var fetch = trust.Target(target);
        if (known.Target is { } kept && known.Trust.Target(target) == fetch)
        {
            return (trust, kept);
        }

        var found = source.Get(fetch) ?? throw new EvidenceException(FailureCode.TufMissing, $"The TUF repository lacks {fetch.Path}.");
        trust.RequireTarget(target, found);
        return (trust, found);
    }
}

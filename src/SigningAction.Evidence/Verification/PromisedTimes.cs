using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>Integrated times of Rekor v1: each only with the log's signature over it, and only of an entry that is ours.</summary>
internal static class PromisedTimes
{
    private static readonly long LastSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Adds the proven ones; gives why one was passed over.</summary>
    public static EvidenceException? Prove(IReadOnlyList<OwnEntry> entries, TrustedRoot root, List<VerifiedTime> times)
    {
        EvidenceException? passedOver = null;
        foreach (var own in entries)
        {
            if (own.Entry.InclusionPromise.IsEmpty)
            {
                continue;
            }

            var logs = root.LogsOf(own.LogId);
            if (logs.Count == 0)
            {
                passedOver = new EvidenceException(FailureCode.LogUntrusted, "The only time of the signature is one of a log that the trusted root does not list.");
                continue;
            }

            times.Add(Prove(own, logs));
        }

        return passedOver;
    }

    private static VerifiedTime Prove(OwnEntry own, IReadOnlyList<TransparencyLog> logs)
    {
        var entry = own.Entry;
        if (entry.IntegratedTime <= 0 || entry.IntegratedTime > LastSecond)
        {
            throw new EvidenceException(FailureCode.InclusionPromise, $"Log entry {entry.LogIndex} is promised without a time.");
        }

        // One id has one key (the root refuses anything else), so it is asked once.
        if (!SignedEntryTimestamp.Verify(entry, logs[0].Key))
        {
            throw new EvidenceException(FailureCode.InclusionPromise, $"The promise of log {logs[0].Origin} for entry {entry.LogIndex} does not verify.");
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(entry.IntegratedTime);
        return logs.Any(log => log.ValidFor.Contains(time))
            ? new VerifiedTime(time, logs[0].Origin, logs[0].Operator ?? logs[0].Origin, own)
            : throw new EvidenceException(FailureCode.LogUntrusted, $"The trusted root does not vouch for log {logs[0].Origin} at {time:u}.");
    }
}

using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>That a log which the trusted root knows holds this very signature: log, checkpoint, inclusion.</summary>
internal static class LogInclusion
{
    /// <summary>Logs that a refusal names; the public-good root lists three.</summary>
    private const int LogsShown = 5;

    /// <summary>
    /// Proves the entries. One of an unknown log counts for nothing and spoils nothing; a bad one of a known log refuses the bundle, also where
    /// the policy asks for no log.
    /// </summary>
    /// <param name="entries">The entries of the bundle.</param>
    /// <param name="times">Proven times of the signature.</param>
    /// <param name="root">The trusted root.</param>
    /// <param name="policy">How many logs must hold it.</param>
    /// <param name="checkpoints">Checkpoints that were proven before.</param>
    public static IReadOnlyList<VerifiedLogEntry> Prove(
        IReadOnlyList<OwnEntry> entries, IReadOnlyList<VerifiedTime> times, TrustedRoot root, VerificationPolicy policy, CheckpointCache checkpoints)
    {
        var proven = new List<VerifiedLogEntry>();
        foreach (var entry in entries)
        {
            // Also of a log that nobody knows: a bundle that contradicts itself is no evidence.
            if (entry.Mismatch is not null)
            {
                throw entry.Mismatch;
            }

            var logs = root.LogsOf(entry.LogId);
            if (logs.Count > 0)
            {
                // Listed once for each of its times: the one that vouches, else any, which then says why not.
                var log = logs.FirstOrDefault(log => times.All(time => log.ValidFor.Contains(time.Time))) ?? logs[0];
                proven.Add(ProveEntry(entry, times, log, policy.Witnesses, checkpoints));
            }
        }

        if (!policy.NeedsLog)
        {
            return proven;
        }

        if (proven.Count == 0)
        {
            throw entries.Count == 0
                ? new EvidenceException(FailureCode.NoLogEntry, "The bundle has no transparency-log entry.")
                : new EvidenceException(FailureCode.LogUntrusted, Unlisted(entries[0], root));
        }

        var operators = proven.Select(entry => entry.Operator ?? entry.Origin).Distinct(StringComparer.Ordinal).Count();
        return operators >= (policy.LogThreshold ?? 1)
            ? proven
            : throw new EvidenceException(FailureCode.ThresholdNotMet, $"Logs of {operators} operators hold the signature; asked for are {policy.LogThreshold}.");
    }

    private static VerifiedLogEntry ProveEntry(
        OwnEntry own, IReadOnlyList<VerifiedTime> times, TransparencyLog log, WitnessPolicy? witnesses, CheckpointCache checkpoints)
    {
        if (times.FirstOrDefault(time => !log.ValidFor.Contains(time.Time)) is { } outside)
        {
            throw new EvidenceException(FailureCode.LogUntrusted, $"The trusted root does not vouch for log {log.Origin} at {outside.Time:u}.");
        }

        var entry = own.Entry;
        var promised = times.Any(time => ReferenceEquals(time.Promise, own));

        // Only a bundle of v0.1 comes here without proof or checkpoint, and its promise was proven with its time.
        if (entry.InclusionProof is not { Checkpoint.Length: > 0 } proof)
        {
            return witnesses is not null ? throw new EvidenceException(FailureCode.WitnessQuorum, "A log entry comes without a checkpoint that witnesses could have cosigned.")
                : promised
                ? new VerifiedLogEntry(log.Origin, entry.LogIndex, log.Operator)
                : throw new EvidenceException(FailureCode.InclusionProof, "A log entry comes without an inclusion proof.");
        }

        var checkpoint = checkpoints.Prove(proof.Checkpoint, log, own.IsRekor1, own.IsRekor1 ? ProveRekor1Checkpoint : ProveCheckpoint);

        // Rekor v1 counts entries over all shards beside the proof, which counts those of its own tree.
        if ((!own.IsRekor1 && proof.LogIndex != entry.LogIndex) || proof.TreeSize != checkpoint.Size || proof.RootHash != checkpoint.Root)
        {
            throw new EvidenceException(FailureCode.InclusionProof, "The inclusion proof is for another index, size or root than the checkpoint's.");
        }

        var cosignatures = witnesses?.Require(proof.Checkpoint, log.Key) ?? [];
        return MerkleProof.VerifyInclusion(proof.LogIndex, checkpoint.Size, MerkleTree.LeafHash(own.Leaf.Span), proof.Hashes, checkpoint.Root)
            ? new VerifiedLogEntry(log.Origin, promised ? entry.LogIndex : proof.LogIndex, log.Operator) { Cosignatures = cosignatures }
            : throw new EvidenceException(FailureCode.InclusionProof, $"The inclusion proof of log entry {entry.LogIndex} does not lead to the checkpoint's root.");
    }

    /// <summary>Which log it is and which are listed, each with its id: a log that was renewed may keep its name.</summary>
    private static string Unlisted(OwnEntry own, TrustedRoot root)
    {
        var listed = root.Logs.Select(log => $"{PrintableText.Exact(log.Origin)} ({Start(log.LogId)})").Distinct(StringComparer.Ordinal).ToArray();
        var more = listed.Length > LogsShown ? $" and {listed.Length - LogsShown} more" : string.Empty;
        return $"The log entry is of {Named(own)}, which the trusted root does not list; it lists {(listed.Length == 0 ? "no log" : string.Join(", ", listed.Take(LogsShown)))}{more}.";
    }

    /// <summary>By the checkpoint's own words, where it has any: unproven, and good enough to look for.</summary>
    private static string Named(OwnEntry own)
    {
        try
        {
            return own.Entry.InclusionProof is { Checkpoint.Length: > 0 } proof
                ? $"log {PrintableText.Exact(Checkpoint.ParseText(SignedNote.Parse(proof.Checkpoint).Text).Origin)} ({Start(own.LogId)})"
                : $"the log with id {Start(own.LogId)}";
        }
        catch (EvidenceException)
        {
            return $"the log with id {Start(own.LogId)}";
        }
    }

    private static string Start(Sha256Digest id) => id.ToString()[..16];

    private static Checkpoint ProveRekor1Checkpoint(string envelope, TransparencyLog log) =>
        Rekor1Checkpoint.Verify(envelope, [log.Origin, new Uri(log.BaseUrl).Authority], log.Key);

    private static Checkpoint ProveCheckpoint(string envelope, TransparencyLog log)
    {
        var note = SignedNote.Parse(envelope);
        var checkpoint = Checkpoint.ParseText(note.Text);
        if (!string.Equals(checkpoint.Origin, log.Origin, StringComparison.Ordinal))
        {
            throw new EvidenceException(
                FailureCode.CheckpointOrigin, $"The checkpoint is of log {PrintableText.Exact(checkpoint.Origin)}; the entry is of {log.Origin}.");
        }

        return note.IsSignedBy(log.NoteKey)
            ? checkpoint
            : throw new EvidenceException(FailureCode.CheckpointSignature, $"The checkpoint has no signature of log {log.Origin}.");
    }
}

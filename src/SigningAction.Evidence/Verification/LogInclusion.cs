using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>The log entry, and that it is ours: kind, log, checkpoint, body, inclusion. One file a kind of log; this one speaks Rekor v2.</summary>
internal static class LogInclusion
{
    /// <summary>Proves the entries of a bundle; at least one log that the trusted root knows must hold this very signature.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="expected">The entry that this signature must have made.</param>
    /// <param name="times">Proven times of the signature.</param>
    /// <param name="root">The trusted root.</param>
    public static IReadOnlyList<VerifiedLogEntry> Prove(Bundle bundle, HashedRekordEntry expected, IReadOnlyList<VerifiedTime> times, TrustedRoot root)
    {
        if (bundle.LogEntries.Count == 0)
        {
            throw new EvidenceException(FailureCode.NoLogEntry, "The bundle has no transparency-log entry.");
        }

        var seen = new HashSet<(Sha256Digest, long)>();
        var proven = new List<VerifiedLogEntry>();
        foreach (var entry in bundle.LogEntries)
        {
            if (entry.LogId.Length != Sha256Digest.Size)
            {
                throw new EvidenceException(FailureCode.LogEntryMalformed, $"A log entry's log id has {entry.LogId.Length} bytes instead of {Sha256Digest.Size}.");
            }

            // Copies of one entry must not reach a threshold (CVE-2026-49834).
            var logId = Sha256Digest.From(entry.LogId.Span);
            if (!seen.Add((logId, entry.LogIndex)))
            {
                throw new EvidenceException(FailureCode.LogEntryDuplicate, $"Log entry {entry.LogIndex} is given twice.");
            }

            var logs = root.LogsOf(logId);
            if (logs.Count > 0)
            {
                // Listed once for each of its times: the one that vouches, else any, which then says why not.
                var log = logs.FirstOrDefault(log => times.All(time => log.ValidFor.Contains(time.Time))) ?? logs[0];
                proven.Add(ProveEntry(entry, expected, times, log));
            }
        }

        return proven.Count > 0
            ? proven
            : throw new EvidenceException(FailureCode.LogUntrusted, "No log entry comes from a log in the trusted root.");
    }

    /// <summary>Asked before anything else: an entry of another kind has its own rules, for times too, and no other refusal would name the cause.</summary>
    public static void RequireKnownKinds(Bundle bundle)
    {
        foreach (var entry in bundle.LogEntries)
        {
            if (entry.Kind != HashedRekordEntry.Kind || entry.Version != HashedRekordEntry.Version)
            {
                throw new EvidenceException(
                    FailureCode.LogEntryUnsupported,
                    $"A log entry is of kind {PrintableText.Exact(entry.Kind)} {PrintableText.Exact(entry.Version)}, which is not accepted.");
            }
        }
    }

    private static VerifiedLogEntry ProveEntry(LogEntry entry, HashedRekordEntry expected, IReadOnlyList<VerifiedTime> times, TransparencyLog log)
    {
        if (times.FirstOrDefault(time => !log.ValidFor.Contains(time.Time)) is { } outside)
        {
            throw new EvidenceException(FailureCode.LogUntrusted, $"The trusted root does not vouch for log {log.Origin} at {outside.Time:u}.");
        }

        var proof = entry.InclusionProof
            ?? throw new EvidenceException(FailureCode.InclusionProof, "A log entry comes without an inclusion proof.");
        var checkpoint = ProveCheckpoint(proof.Checkpoint, log);
        if (proof.LogIndex != entry.LogIndex || proof.TreeSize != checkpoint.Size || proof.RootHash != checkpoint.Root)
        {
            throw new EvidenceException(FailureCode.InclusionProof, "The inclusion proof is for another index, size or root than the checkpoint's.");
        }

        // Rekor v2 makes no promises: one that nobody can check is a claim of somebody else.
        if (!entry.InclusionPromise.IsEmpty)
        {
            throw new EvidenceException(FailureCode.LogEntryMalformed, $"Log entry {entry.LogIndex} carries an inclusion promise, which its kind of log does not make.");
        }

        var leaf = RequireOurs(entry, expected);
        return MerkleProof.VerifyInclusion(entry.LogIndex, checkpoint.Size, MerkleTree.LeafHash(leaf), proof.Hashes, checkpoint.Root)
            ? new VerifiedLogEntry(log.Origin, entry.LogIndex, log.Operator)
            : throw new EvidenceException(FailureCode.InclusionProof, $"The inclusion proof of log entry {entry.LogIndex} does not lead to the checkpoint's root.");
    }

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

    /// <summary>
    /// The leaf is rebuilt from the bundle, never believed (CVE-2026-22703): a genuine entry of another artifact has a genuine proof.
    /// The stated body is read only to say what differs.
    /// </summary>
    private static byte[] RequireOurs(LogEntry entry, HashedRekordEntry expected)
    {
        var leaf = expected.CanonicalBody();
        if (entry.CanonicalizedBody.IsEmpty || entry.CanonicalizedBody.Span.SequenceEqual(leaf))
        {
            return leaf;
        }

        var stated = HashedRekordEntry.ParseCanonicalBody(entry.CanonicalizedBody);
        var differs = !stated.Signature.Span.SequenceEqual(expected.Signature.Span) ? "signature"
            : !stated.Digest.Span.SequenceEqual(expected.Digest.Span) ? "artifact"
            : "key or certificate";
        throw new EvidenceException(FailureCode.LogEntryMismatch, $"Log entry {entry.LogIndex} is for another {differs} than this bundle's.");
    }
}

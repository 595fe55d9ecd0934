using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// A log entry that is about this very signature: same digest, signature and key. Asked before anything is proven, because a genuine entry of another artifact
/// has a genuine proof and a genuine time too (CVE-2026-22703).
/// </summary>
/// <param name="Entry">The entry as the bundle has it.</param>
/// <param name="LogId">The log that it names.</param>
/// <param name="Leaf">The leaf of the tree: rebuilt from the bundle where the kind allows it, otherwise the stated body that was compared with the bundle.</param>
/// <param name="IsRekor1">Whether its log is one of Rekor v1, with the rules of that.</param>
internal sealed record OwnEntry(LogEntry Entry, Sha256Digest LogId, ReadOnlyMemory<byte> Leaf, bool IsRekor1)
{
    /// <summary>Asked before anything else: an entry of another kind has its own rules, for times too, and no other refusal would name the cause.</summary>
    public static void RequireKnownKinds(Bundle bundle)
    {
        foreach (var entry in bundle.LogEntries)
        {
            if (!EntryBodies.IsRekor2(entry.Kind, entry.Version) && EntryBodies.OfRekor1(entry.Kind, entry.Version) is null)
            {
                throw new EvidenceException(
                    FailureCode.LogEntryUnsupported,
                    $"A log entry is of kind {PrintableText.Exact(entry.Kind)} {PrintableText.Exact(entry.Version)}, which is not accepted.");
            }
        }
    }

    /// <summary>All entries of a bundle, each compared with it; also those of logs that nobody knows, because a bundle that contradicts itself is no evidence.</summary>
    public static IReadOnlyList<OwnEntry> Of(Bundle bundle, SignedContent content, SignerProof signer)
    {
        var seen = new HashSet<(Sha256Digest, long)>();
        var own = new List<OwnEntry>(bundle.LogEntries.Count);
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

            var rekor1 = EntryBodies.OfRekor1(entry.Kind, entry.Version);

            // Rekor v2 makes no promises: one that nobody can check is a claim of somebody else.
            if (rekor1 is null && !entry.InclusionPromise.IsEmpty)
            {
                throw new EvidenceException(FailureCode.LogEntryMalformed, $"Log entry {entry.LogIndex} carries an inclusion promise, which its kind of log does not make.");
            }

            own.Add(new OwnEntry(entry, logId, RequireOurs(entry, rekor1, bundle, content, signer), rekor1 is not null));
        }

        return own;
    }

    private static ReadOnlyMemory<byte> RequireOurs(
        LogEntry entry, Func<ReadOnlyMemory<byte>, LoggedSignature>? rekor1, Bundle bundle, SignedContent content, SignerProof signer)
    {
        if (rekor1 is null && entry.Kind == HashedRekordEntry.Kind)
        {
            return Rebuilt(entry, content.Rebuild(signer));
        }

        var logged = (rekor1 ?? DsseV2.Read)(entry.CanonicalizedBody);
        var differs = !logged.Signature.Span.SequenceEqual(bundle.Signature.Span) ? "signature"
            : logged.IsCertificate != signer.IsCertificate || !logged.Verifier.Span.SequenceEqual(signer.Verifier.Span) ? "key or certificate"
            : !content.IsWhatWasLogged(logged) ? "artifact"
            : null;
        return differs is null ? entry.CanonicalizedBody : throw Mismatch(entry, differs);
    }

    /// <summary>The leaf is rebuilt from the bundle, never believed; the stated body is read only to say what differs.</summary>
    private static byte[] Rebuilt(LogEntry entry, HashedRekordEntry expected)
    {
        var leaf = expected.CanonicalBody();
        if (entry.CanonicalizedBody.IsEmpty || entry.CanonicalizedBody.Span.SequenceEqual(leaf))
        {
            return leaf;
        }

        var stated = HashedRekordEntry.ParseCanonicalBody(entry.CanonicalizedBody);
        throw Mismatch(entry, !stated.Signature.Span.SequenceEqual(expected.Signature.Span) ? "signature"
            : !stated.Digest.Span.SequenceEqual(expected.Digest.Span) ? "artifact"
            : "key or certificate");
    }

    private static EvidenceException Mismatch(LogEntry entry, string differs) =>
        new(FailureCode.LogEntryMismatch, $"Log entry {entry.LogIndex} is for another {differs} than this bundle's.");
}

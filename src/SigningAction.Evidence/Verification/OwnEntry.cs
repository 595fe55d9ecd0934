using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// A log entry that is about this very signature: same digest, signature and key. A genuine entry of another artifact has a genuine proof and, with Rekor v1, a
/// genuine time too (CVE-2026-22703): what may vouch for a time is compared before anything is proven.
/// </summary>
/// <param name="Entry">The entry as the bundle has it.</param>
/// <param name="LogId">The log that it names.</param>
/// <param name="Leaf">The leaf of the tree: rebuilt from the bundle where the kind allows it, otherwise the stated body that was compared with the bundle.</param>
/// <param name="IsRekor1">Whether its log is one of Rekor v1, with the rules of that.</param>
internal sealed record OwnEntry(LogEntry Entry, Sha256Digest LogId, ReadOnlyMemory<byte> Leaf, bool IsRekor1)
{
    /// <summary>
    /// Why a stated body is not the rebuilt leaf; null where it is. Rekor v2 vouches for no time, so this can wait until the inclusion is asked for, behind the
    /// refusals that say more: whose certificate, whose timestamp.
    /// </summary>
    public EvidenceException? Mismatch { get; private init; }

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

            own.Add(rekor1 is null && entry.Kind == HashedRekordEntry.Kind
                ? Rebuilt(entry, logId, content.Rebuild(signer))
                : new OwnEntry(entry, logId, RequireOurs(entry, rekor1, bundle, content, signer), rekor1 is not null));
        }

        return own;
    }

    private static ReadOnlyMemory<byte> RequireOurs(
        LogEntry entry, Func<ReadOnlyMemory<byte>, LoggedSignature>? rekor1, Bundle bundle, SignedContent content, SignerProof signer)
    {
        var logged = (rekor1 ?? DsseV2.Read)(entry.CanonicalizedBody);
        var differs = !logged.Signature.Span.SequenceEqual(bundle.Signature.Span) ? "signature"
            : logged.IsCertificate != signer.IsCertificate || !logged.Verifier.Span.SequenceEqual(signer.Verifier.Span) ? "key or certificate"
            : !content.IsWhatWasLogged(logged) ? "artifact"
            : null;
        return differs is null ? entry.CanonicalizedBody : throw Differs(entry, differs);
    }

    /// <summary>The leaf is rebuilt from the bundle, never believed; the stated body is read only to say what differs.</summary>
    private static OwnEntry Rebuilt(LogEntry entry, Sha256Digest logId, HashedRekordEntry expected)
    {
        var own = new OwnEntry(entry, logId, expected.CanonicalBody(), IsRekor1: false);
        if (entry.CanonicalizedBody.IsEmpty || entry.CanonicalizedBody.Span.SequenceEqual(own.Leaf.Span))
        {
            return own;
        }

        var stated = HashedRekordEntry.ParseCanonicalBody(entry.CanonicalizedBody);
        return own with
        {
            Mismatch = Differs(entry, !stated.Signature.Span.SequenceEqual(expected.Signature.Span) ? "signature"
                : !stated.Digest.Span.SequenceEqual(expected.Digest.Span) ? "artifact"
                : "key or certificate"),
        };
    }

    private static EvidenceException Differs(LogEntry entry, string differs) =>
        new(FailureCode.LogEntryMismatch, $"Log entry {entry.LogIndex} is for another {differs} than this bundle's.");
}

using System.Security.Cryptography;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Bundles;

/// <summary>
/// What of a bundle proves it to those who trust one root. Much of a bundle that verifies is signed by nobody, and anybody can write it anew: signature lines of a
/// checkpoint that no key of ours made, key hints, text and certificates in a timestamp's answer, entries and timestamps of places that nobody here knows. None of that
/// is kept, or whoever holds a good bundle could store bytes of his own, as often as he likes.
/// </summary>
internal sealed class BundleEssence(TrustedRoot root)
{
    /// <summary>The bundle with its first entry of a known log and its first timestamp of a known authority, and nothing in them that was not signed or hashed.</summary>
    /// <exception cref="EvidenceException">A checkpoint or timestamp is malformed, or one of a known authority is bad.</exception>
    public Bundle Of(Bundle bundle)
    {
        LogEntry[] entries = [.. bundle.LogEntries.Where(entry => LogOf(entry) is not null).Take(1).Select(entry => Bare(entry, LogOf(entry)!))];
        ReadOnlyMemory<byte>[] timestamps = [.. bundle.Timestamps.Where(timestamp => IsOurs(timestamp, bundle.Signature)).Take(1)];
        return bundle.Envelope is { } envelope
            ? Bundle.Create(bundle.Signer.Certificate, envelope with { KeyId = string.Empty }, entries, timestamps)
            : Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, entries, timestamps);
    }

    /// <summary>
    /// What was said, and by which certificate: SHA-256 over what the authority signed in it and over what its key signed. Not the signatures: of an ECDSA signature anybody can
    /// make a second one, and log it.
    /// </summary>
    public static Sha256Digest Said(Bundle bundle)
    {
        using var said = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        said.AppendData(Sha256Digest.Of(Certificate.Parse(bundle.Signer.Certificate).Tbs.Span).Span);
        said.AppendData(bundle.Envelope is { } envelope ? Sha256Digest.Of(envelope.PreAuthenticationEncoding()).Span : bundle.MessageSignature!.Digest.Span);
        return Sha256Digest.From(said.GetHashAndReset());
    }

    private TransparencyLog? LogOf(LogEntry entry) =>
        entry.LogId.Length == Sha256Digest.Size && root.LogsOf(Sha256Digest.From(entry.LogId.Span)) is [var log, ..] ? log : null;

    private static LogEntry Bare(LogEntry entry, TransparencyLog log)
    {
        if (entry.InclusionProof is not { Checkpoint.Length: > 0 } proof)
        {
            return entry;
        }

        var key = NoteKey.ForLog(log.Origin, log.Key);
        var note = SignedNote.Parse(proof.Checkpoint);
        return entry with
        {
            IntegratedTime = 0, // Rekor v2 says no time, so whatever stands there is a stranger's.
            InclusionProof = proof with { Checkpoint = SignedNote.Format(note.Text, note.Signatures.Where(line => line.Name == key.Name && line.Hint == key.Hint).Take(1)) },
        };
    }

    /// <summary>Whether an answer is one of a known timestamp authority, with nothing added to it.</summary>
    private bool IsOurs(ReadOnlyMemory<byte> response, ReadOnlyMemory<byte> signature)
    {
        try
        {
            var timestamp = TimestampVerifier.Verify(response, signature.Span, root.TimestampAuthorities);
            var known = timestamp.Authority.Chain.Certificates.Append(timestamp.Authority.Signer).ToList();
            return TimestampResponse.Parse(response).Text is null
                && timestamp.Token.Certificates.Count <= known.Count
                && timestamp.Token.Certificates.All(der => known.Exists(certificate => certificate is not null && certificate.RawBytes.Span.SequenceEqual(der.Span)));
        }
        catch (EvidenceException e) when (e.Code == FailureCode.TimestampUntrusted)
        {
            return false;
        }
    }
}

using System.Runtime.InteropServices;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// Checkpoints that one verifier has proven before: what a log took in together has one checkpoint, and its signature is a third of what is left where the certificate
/// is known. Whether a checkpoint is a log's depends on the log's key and names, on the rules of its kind and on every character of the note, signature lines included,
/// and on nothing else: no time is in it. Safe for concurrent use.
/// </summary>
internal sealed class CheckpointCache
{
    private readonly ProvenBefore<Key, Checkpoint> _checkpoints = new(Limits.KeptCheckpoints);

    /// <summary>The checkpoint, proven now or before.</summary>
    /// <param name="note">The signed note.</param>
    /// <param name="log">The log of the trusted root whose it must be.</param>
    /// <param name="isRekor1">By whose rules.</param>
    /// <param name="prove">Proves it; throws where it is not the log's.</param>
    public Checkpoint Prove(string note, TransparencyLog log, bool isRekor1, Func<string, TransparencyLog, Checkpoint> prove)
    {
        // Of the characters as they are: bytes of UTF-8 would be one and the same for texts that are no Unicode.
        var key = new Key(log, isRekor1, Sha256Digest.Of(MemoryMarshal.AsBytes(note.AsSpan())));
        if (_checkpoints.TryFind(key, out var known))
        {
            return known;
        }

        var proven = prove(note, log);
        _checkpoints.Keep(key, proven);
        return proven;
    }

    /// <summary>A log is the same only where it is the same object of the one trusted root.</summary>
    private readonly record struct Key(TransparencyLog Log, bool IsRekor1, Sha256Digest Note);
}

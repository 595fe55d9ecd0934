using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Ledger;

/// <summary>A leaf that was read by its format: everything about it but its index is known.</summary>
/// <param name="Log">Its log.</param>
/// <param name="Data">Its bytes.</param>
/// <param name="Content">What it says.</param>
/// <param name="Sha256">SHA-256 of its bytes.</param>
internal sealed record PreparedLeaf(LogDefinition Log, ReadOnlyMemory<byte> Data, LeafContent Content, Sha256Digest Sha256)
{
    /// <summary>
    /// Whether bytes and hash still are those that were read. A bit that flips in memory between that and the signature of the head would be in the log for ever:
    /// a leaf that does not hash to what the head covers ended two public logs.
    /// </summary>
    public bool IsIntact
    {
        get
        {
            try
            {
                return Sha256Digest.Of(Data.Span) == Sha256 && Log.Format.HashOf(Data.Span) == Content.Hash;
            }
            catch (EvidenceException)
            {
                return false;
            }
        }
    }

    /// <exception cref="EvidenceException">Empty, too large for an entry bundle, or not a leaf of this log.</exception>
    public static PreparedLeaf Read(LogDefinition log, ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty)
        {
            throw new EvidenceException(FailureCode.LogEntryMalformed, "A log entry is empty.");
        }

        if (data.Length > Limits.LogEntryBytes)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"A log entry has {data.Length} bytes, {Limits.LogEntryBytes} is the most.");
        }

        return new PreparedLeaf(log, data, log.Format.Read(data), Sha256Digest.Of(data.Span));
    }
}

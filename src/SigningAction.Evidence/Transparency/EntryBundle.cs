using System.Buffers.Binary;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Transparency;

/// <summary>The leaves of a log as tlog-tiles serves them: up to 256 entries, each behind its 16-bit big-endian length.</summary>
public static class EntryBundle
{
    /// <summary>Appends <paramref name="entry"/> to <paramref name="bundle"/>.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TooLarge"/> over 65,535 bytes.</exception>
    public static void Append(Stream bundle, ReadOnlySpan<byte> entry)
    {
        if (entry.Length > Limits.LogEntryBytes)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"A log entry has {entry.Length} bytes, {Limits.LogEntryBytes} is the most.");
        }

        Span<byte> length = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)entry.Length);
        bundle.Write(length);
        bundle.Write(entry);
    }

    /// <summary>Splits a bundle into its entries.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.LogEntryMalformed"/> or <see cref="FailureCode.TooMany"/>.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Parse(ReadOnlyMemory<byte> bundle)
    {
        var entries = new List<ReadOnlyMemory<byte>>();
        while (!bundle.IsEmpty)
        {
            if (entries.Count == Limits.TileWidth)
            {
                throw new EvidenceException(FailureCode.TooMany, $"An entry bundle holds more than {Limits.TileWidth} entries.");
            }

            if (bundle.Length < 2 || BinaryPrimitives.ReadUInt16BigEndian(bundle.Span) > bundle.Length - 2)
            {
                throw new EvidenceException(FailureCode.LogEntryMalformed, "An entry bundle ends inside an entry.");
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            entries.Add(bundle.Slice(2, length));
            bundle = bundle[(2 + length)..];
        }

        return entries;
    }
}

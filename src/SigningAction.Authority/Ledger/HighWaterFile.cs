using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// The published heads, in a file beside the keys and outside the database: a restored old backup of the database is behind it and is refused.
/// Two slots of 4 KiB take turns and each carries its sequence number and checksum, so a torn write leaves the one before. Text, for whoever must look.
/// </summary>
public sealed class HighWaterFile : IDisposable
{
    /// <summary>Logs that fit: a line has 88 bytes at most. With two new logs a year it lasts for eighteen.</summary>
    public const int MostLogs = 40;

    private const int SlotBytes = 4096;
    private const string WayOn =
        "Restore it with the keys. If it is lost for good, freeze what is there and start new logs under another host name: 'signing-authority shard add DIR --url https://NEW-HOST --accept-loss'.";

    private const string Title = "signing-authority high water 1";

    private readonly string _path;
    private readonly SafeFileHandle _file;
    private long _sequence;

    private HighWaterFile(string path, SafeFileHandle file, long sequence, IReadOnlyList<HighWaterMark> marks)
    {
        (_path, _file, _sequence, Marks) = (path, file, sequence, marks);
    }

    /// <summary>The marks that were written last.</summary>
    public IReadOnlyList<HighWaterMark> Marks { get; private set; }

    /// <summary>Makes the file with its first marks.</summary>
    /// <exception cref="IOException">It exists.</exception>
    public static void Create(string path, IReadOnlyList<HighWaterMark> marks)
    {
        var content = new byte[2 * SlotBytes];
        Slot(0, marks).CopyTo(content, 0);
        Slot(1, marks).CopyTo(content, SlotBytes);
        DurableFile.Create(path, content, DurableFile.OwnerOnly);
    }

    /// <summary>Makes the file anew where it was lost; what is left of the old one is kept beside it.</summary>
    /// <exception cref="IOException">The medium refused.</exception>
    public static void Replace(string path, IReadOnlyList<HighWaterMark> marks)
    {
        if (File.Exists(path))
        {
            File.Move(path, $"{path}.{Guid.NewGuid():N}.damaged");
        }

        Create(path, marks);
    }

    /// <summary>Opens the file and takes the newest slot that is whole.</summary>
    /// <exception cref="LedgerRefusedException">It is missing or both slots are damaged.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The result owns the handle.")]
    public static HighWaterFile Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new LedgerRefusedException($"The high-water file {path} is missing: without it nobody can say whether the database is a rolled-back one. {WayOn}");
        }

        var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        try
        {
            if (Read(file) is { } newest)
            {
                return new HighWaterFile(path, file, newest.Sequence, newest.Marks);
            }

            throw new LedgerRefusedException($"The high-water file {path} is damaged. {WayOn}");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads the marks of a file that may be in use.</summary>
    /// <returns>Null when the file is missing or damaged.</returns>
    public static IReadOnlyList<HighWaterMark>? TryRead(string path)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Read(file)?.Marks;
    }

    /// <summary>Makes new marks durable. On failure nothing may be acknowledged.</summary>
    /// <exception cref="IOException">The medium refused.</exception>
    public void Write(IReadOnlyList<HighWaterMark> marks)
    {
        var sequence = _sequence + 1;
        RandomAccess.Write(_file, Slot(sequence, marks), sequence % 2 * SlotBytes);
        Libc.Sync(_file, _path);
        (_sequence, Marks) = (sequence, marks);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static byte[] Slot(long sequence, IReadOnlyList<HighWaterMark> marks)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Title}\n{sequence}\n");
        foreach (var mark in marks)
        {
            text.Append(CultureInfo.InvariantCulture, $"{mark.Log.Number} {mark.Size} {mark.Root}\n");
        }

        var body = text.ToString();
        var slot = Encoding.ASCII.GetBytes($"{body}{Sha256Digest.Of(Encoding.ASCII.GetBytes(body))}\n".PadRight(SlotBytes, '\n'));
        return slot.Length == SlotBytes ? slot : throw new InvalidOperationException($"The high-water file holds {MostLogs} logs at most.");
    }

    private static (long Sequence, IReadOnlyList<HighWaterMark> Marks)? Read(SafeFileHandle file)
    {
        var content = new byte[2 * SlotBytes];
        if (RandomAccess.Read(file, content, 0) != content.Length)
        {
            return null;
        }

        var first = ReadSlot(content.AsSpan(0, SlotBytes));
        var second = ReadSlot(content.AsSpan(SlotBytes));
        return (first?.Sequence ?? -1) > (second?.Sequence ?? -1) ? first : second;
    }

    private static (long Sequence, IReadOnlyList<HighWaterMark> Marks)? ReadSlot(ReadOnlySpan<byte> slot)
    {
        var lines = Encoding.ASCII.GetString(slot).TrimEnd('\n').Split('\n');
        if (lines.Length < 3
            || lines[0] != Title
            || lines[^1] != Sha256Digest.Of(Encoding.ASCII.GetBytes(string.Join('\n', lines[..^1]) + "\n")).ToString()
            || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            return null;
        }

        var marks = new List<HighWaterMark>();
        foreach (var line in lines[2..^1])
        {
            if (line.Split(' ') is not [var number, var leaves, var hex]
                || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var log)
                || !long.TryParse(leaves, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                || !Sha256Digest.TryParseHex(hex, out var root))
            {
                return null;
            }

            marks.Add(new HighWaterMark(new LogId(log), size, root));
        }

        return (sequence, marks);
    }
}

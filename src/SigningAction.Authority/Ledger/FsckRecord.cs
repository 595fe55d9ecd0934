using System.Globalization;
using System.Text;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// What the last clean check verified, in a file beside the database, so that the next one needs to read only what came since. Nothing is believed of it
/// but how far to skip: the tree that it claims must be the one that the stored tiles make, and must lead on to the signed root.
/// Its checksum is against torn files, not against people.
/// </summary>
public static class FsckRecord
{
    private const string Title = "signing-authority fsck 1";
    private const int LargestFile = 64 * 1024;

    /// <summary>Reads a record.</summary>
    /// <returns>Null when there is none, or it is damaged: then everything is to be read.</returns>
    public static IReadOnlyList<FsckMark>? TryRead(string path)
    {
        if (!File.Exists(path) || new FileInfo(path).Length > LargestFile)
        {
            return null;
        }

        var lines = File.ReadAllText(path).Split('\n');
        if (lines is not [Title, .. var rest, var checksum, ""] || checksum != Checksum([Title, .. rest]))
        {
            return null;
        }

        var marks = new List<FsckMark>();
        foreach (var line in rest)
        {
            if (line.Split(' ') is not [var origin, var leaves, var hex]
                || !long.TryParse(leaves, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
                || !Sha256Digest.TryParseHex(hex, out var root))
            {
                return null;
            }

            marks.Add(new FsckMark(origin, size, root));
        }

        return marks;
    }

    /// <summary>Writes a record in place of the last one, durably.</summary>
    /// <exception cref="IOException">The medium refused; the last one is still there.</exception>
    public static void Write(string path, IReadOnlyList<FsckMark> marks)
    {
        string[] lines = [Title, .. marks.Select(mark => string.Create(CultureInfo.InvariantCulture, $"{mark.Origin} {mark.Size} {mark.Root}"))];
        DurableFile.Replace(path, Encoding.UTF8.GetBytes(string.Join('\n', [.. lines, Checksum(lines), ""])), DurableFile.OwnerOnly);
    }

    private static string Checksum(IEnumerable<string> lines) => Sha256Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', lines))).ToString();
}

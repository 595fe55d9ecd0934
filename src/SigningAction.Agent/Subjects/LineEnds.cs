using System.Security.Cryptography;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Subjects;

/// <summary>
/// Tells a file of which only the line ends were rewritten (by Git's <c>autocrlf</c>, by an editor) from one with another content: the digest changes as much,
/// and the remedy is another.
/// </summary>
public static class LineEnds
{
    private const byte CarriageReturn = (byte)'\r';
    private const byte LineFeed = (byte)'\n';

    /// <summary>Whether the file at <paramref name="path"/> would have the digest <paramref name="expected"/> with the line ends of Unix, or with those of Windows.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool AreAllThatDiffers(string path, Sha256Digest expected)
    {
        using var unix = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var windows = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = File.OpenRead(path);
        var block = new byte[64 * 1024];
        var held = false;
        int read;
        while ((read = file.Read(block)) > 0)
        {
            // A CR at the end of a block waits for what follows it.
            byte[] text = held ? [CarriageReturn, .. block.AsSpan(0, read)] : block[..read];
            held = text[^1] == CarriageReturn;
            Append(held ? text.AsSpan(0, text.Length - 1) : text);
        }

        if (held)
        {
            Append([CarriageReturn]);
        }

        return Sha256Digest.From(unix.GetHashAndReset()) == expected || Sha256Digest.From(windows.GetHashAndReset()) == expected;

        void Append(ReadOnlySpan<byte> text)
        {
            while (text.IndexOf(LineFeed) is var end and >= 0)
            {
                var line = end > 0 && text[end - 1] == CarriageReturn ? text[..(end - 1)] : text[..end];
                unix.AppendData(line);
                unix.AppendData("\n"u8);
                windows.AppendData(line);
                windows.AppendData("\r\n"u8);
                text = text[(end + 1)..];
            }

            unix.AppendData(text);
            windows.AppendData(text);
        }
    }
}

using System.Text;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// Reads what <c>sha256sum</c> writes: a digest, a space, a space or <c>*</c>, a name; or with <c>--tag</c> <c>SHA256 (NAME) = DIGEST</c>. Strictly: a line that
/// is skipped would be a file that is not verified. What is proven is that the digests were signed, not that files have them.
/// </summary>
internal static class ChecksumFile
{
    private const int DigestCharacters = 2 * Sha256Digest.Size;

    /// <summary>A target for each line. Bundles are looked for beside the names, which are below the checksum file's own directory.</summary>
    /// <exception cref="ProblemException">It cannot be read, holds no line, or one of another form.</exception>
    public static IEnumerable<Target> Read(string path)
    {
        var bytes = SmallFile.ReadChecksums(path);
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw Malformed(path, 0, e);
        }

        var lines = text.TrimEnd('\r', '\n').Split('\n');
        var directory = Path.GetDirectoryName(path) ?? string.Empty;
        return lines.Select((line, index) =>
        {
            var (hex, name) = Split(line.TrimEnd('\r'));
            return name.Length > 0 && TargetArtifact.TryParseHex(hex, out var digest)
                ? new Target(name) { Sha256 = digest, Beside = IsBelow(name) ? Path.Join(directory, name) : null }
                : throw Malformed(path, index + 1, null);
        });
    }

    private static (string Hex, string Name) Split(string line)
    {
        const string Tag = "SHA256 (";
        const string Equal = ") = ";
        var equal = line.LastIndexOf(Equal, StringComparison.Ordinal);
        return line.StartsWith(Tag, StringComparison.Ordinal) && equal > 0 ? (line[(equal + Equal.Length)..], line[Tag.Length..equal])
            : line.Length > DigestCharacters + 2 && line[DigestCharacters] == ' ' && line[DigestCharacters + 1] is ' ' or '*' ? (line[..DigestCharacters], line[(DigestCharacters + 2)..])
            : (string.Empty, string.Empty);
    }

    private static bool IsBelow(string name) => !Path.IsPathRooted(name) && !name.Split('/', '\\').Contains("..", StringComparer.Ordinal);

    private static ProblemException Malformed(string path, int line, Exception? inner) => ProblemException.NotChecked(
        $"The checksum file {PrintableText.Neutralise(path)} has a line that is no SHA-256 and name{(line > 0 ? $" (line {line})" : string.Empty)}.",
        "Write it with sha256sum.",
        inner);
}

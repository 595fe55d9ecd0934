using SigningAction.Evidence.Trust.Tuf;

namespace SigningAction.Verifier.Trust;

/// <summary>The files of a TUF repository in a folder: a copy for machines without a network, or the cache.</summary>
internal sealed class TufFolder(string path) : ITufSource
{
    public byte[]? Get(TufFetch fetch)
    {
        try
        {
            using var file = File.OpenHandle(PathOf(fetch.Path));
            var bytes = new byte[fetch.MaxBytes + 1];
            var length = 0;
            for (int read; length < bytes.Length && (read = RandomAccess.Read(file, bytes.AsSpan(length), length)) > 0;)
            {
                length += read;
            }

            // One byte too many is handed on: whoever asked knows what a longer file means.
            return bytes[..length];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw ProblemException.NotChecked(
                $"A file of the TUF repository in the folder {Evidence.Encoding.PrintableText.Neutralise(path)} could not be read.",
                "Correct its permissions; where the cache is, XDG_CACHE_HOME or HOME says.", e);
        }
    }

    /// <summary>Where a file of the repository lies.</summary>
    public string PathOf(string name) => Path.Combine([path, .. name.Split('/')]);
}

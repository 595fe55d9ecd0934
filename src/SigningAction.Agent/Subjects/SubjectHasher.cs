using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SigningAction.Agent.Pipelines;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Subjects;

/// <summary>Hashes files, several at once. A file is opened once and the handle is hashed, so replacing the path under us changes nothing.</summary>
public static class SubjectHasher
{
    /// <summary>1 MiB: where reading and hashing stop waiting for each other.</summary>
    private const int BufferBytes = 1024 * 1024;

    /// <summary>The subjects in the order of <paramref name="paths"/>.</summary>
    /// <exception cref="AgentException">A file cannot be read, or changed meanwhile.</exception>
    public static async Task<IReadOnlyList<SigningSubject>> HashAsync(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var subjects = new SigningSubject[paths.Count];
        await Parallel.ForAsync(0, paths.Count, cancellation, (i, token) =>
        {
            subjects[i] = new SigningSubject(Path.GetFileName(paths[i]), SubjectDigest.Of(Hash(paths[i], token)), paths[i]);
            return ValueTask.CompletedTask;
        });
        return subjects;
    }

    private static Sha256Digest Hash(string path, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var before = Stamp(file);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            long offset = 0;
            int read;

            // Not to the end of a file that somebody writes as fast as we read: one byte too many is enough.
            while (offset <= before.Length && (read = RandomAccess.Read(file, buffer.AsSpan(0, BufferBytes), offset)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.AppendData(buffer.AsSpan(0, read));
                offset += read;
            }

            // A digest of bytes that never were in the file together would be a signature over nothing that anybody built.
            return Stamp(file) == before && offset == before.Length
                ? Sha256Digest.From(hash.GetHashAndReset())
                : throw new AgentException(
                    AgentFault.SubjectChanged, $"'{UntrustedText.OneLine(path)}' changed while it was hashed. Sign after the step that writes it has ended.")
                { File = path };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(AgentFault.CannotRead, $"'{UntrustedText.OneLine(path)}' cannot be read: {UntrustedText.OneLine(e.Message)}", e) { File = path };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static (long Length, DateTime Written) Stamp(SafeFileHandle file) => (RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
}

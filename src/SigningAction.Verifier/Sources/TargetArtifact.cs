using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// The artifact of a command line. A file is opened once and stays open until the verdict, so that every digest is of the same file,
/// whatever its name comes to mean meanwhile.
/// </summary>
internal sealed class TargetArtifact : IDisposable
{
    private const string DigestPrefix = "sha256:";
    private const int BufferBytes = 1024 * 1024;

    private readonly SafeFileHandle? _file;
    private readonly long _length;
    private readonly DateTime _written;

    private TargetArtifact(string name, Sha256Digest digest)
    {
        Name = name;
        KnownSha256 = digest;
        Artifact = Artifact.OfDigest(digest);
    }

    private TargetArtifact(string path, SafeFileHandle file)
    {
        Name = path;
        Path = path;
        _file = file;
        _length = RandomAccess.GetLength(file);
        _written = File.GetLastWriteTimeUtc(file);
        Artifact = Artifact.Hashed(Hash);
    }

    /// <summary>As it was given.</summary>
    public string Name { get; }

    /// <summary>The file's path; null where only a digest is known.</summary>
    public string? Path { get; }

    /// <summary>What is to be verified; digests of a file are computed when they are asked for.</summary>
    public Artifact Artifact { get; }

    /// <summary>SHA-256, once it was asked for.</summary>
    public Sha256Digest? KnownSha256 { get; private set; }

    /// <summary>Opens a path. <c>sha256:</c> and 64 hexadecimal digits are a digest where no such path exists (public conformance protocol).</summary>
    /// <exception cref="ProblemException">It is neither a regular file that can be read nor a digest.</exception>
    public static TargetArtifact Open(string name)
    {
        if (IsDigest(name))
        {
            return new TargetArtifact(name, ParseDigest(name));
        }

        RegularFile.Require(name, "artifact");
        try
        {
            // Shared with everybody: a lock would be advice only. That the file stays as it is, is checked.
            return new TargetArtifact(
                name, File.OpenHandle(name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw RegularFile.CannotRead(name, "artifact", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>Whether a name is meant as a digest.</summary>
    public static bool IsDigest(string name) => name.StartsWith(DigestPrefix, StringComparison.Ordinal) && !System.IO.Path.Exists(name);

    /// <summary>Reads <c>sha256:</c> and 64 hexadecimal digits.</summary>
    /// <exception cref="ProblemException">A usage error: it is nothing of the kind.</exception>
    public static Sha256Digest ParseDigest(string name)
    {
        var hex = name.AsSpan(DigestPrefix.Length);
        var bytes = new byte[Sha256Digest.Size];
        return hex.Length == 2 * Sha256Digest.Size && Convert.FromHexString(hex, bytes, out _, out _) == System.Buffers.OperationStatus.Done
            ? Sha256Digest.From(bytes)
            : throw ProblemException.Usage($"A digest is {DigestPrefix} and {2 * Sha256Digest.Size} hexadecimal digits, and no file of that name exists.");
    }

    private byte[] Hash(HashAlgorithmName algorithm)
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(algorithm);
            var buffer = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(_length, 1, BufferBytes));
            var offset = 0L;
            for (int read; (read = RandomAccess.Read(_file!, buffer, offset)) > 0; offset += read)
            {
                // Also ends the reading of what has no end, for example a device.
                RequireUnchanged(offset + read <= _length);
                hash.AppendData(buffer, 0, read);
            }

            RequireUnchanged(offset == _length && File.GetLastWriteTimeUtc(_file!) == _written);
            var digest = hash.GetHashAndReset();
            if (algorithm == HashAlgorithmName.SHA256)
            {
                KnownSha256 = Sha256Digest.From(digest);
            }

            return digest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RegularFile.CannotRead(Name, "artifact", e);
        }
    }

    private void RequireUnchanged(bool holds)
    {
        if (!holds)
        {
            throw ProblemException.NotChecked(
                $"The artifact {PrintableText.Neutralise(Name)} changed while it was read.", "Verify again when nothing writes to it any more.");
        }
    }
}

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
    /// <summary>What a digest begins with.</summary>
    public const string DigestPrefix = "sha256:";

    // Larger ones are no faster, and would be a part of what a run takes at its peak.
    private const int BufferBytes = 256 * 1024;

    private readonly HashProgress? _progress;
    private readonly SafeFileHandle? _file;
    private readonly long _length;
    private readonly DateTime _written;

    private TargetArtifact(Target target, Sha256Digest digest)
    {
        Target = target;
        KnownSha256 = digest;
        Artifact = Artifact.OfDigest(digest);
    }

    private TargetArtifact(Target target, SafeFileHandle file, HashProgress progress)
    {
        Target = target;
        _file = file;
        _progress = progress;
        _length = RandomAccess.GetLength(file);
        _written = File.GetLastWriteTimeUtc(file);
        Artifact = Artifact.Hashed(Hash);
    }

    private TargetArtifact(Target target, Dictionary<HashAlgorithmName, byte[]> digests)
    {
        Target = target;
        KnownSha256 = Sha256Digest.From(digests[HashAlgorithmName.SHA256]);
        Artifact = Artifact.Hashed(algorithm => digests[algorithm]);
    }

    /// <summary>What was named.</summary>
    public Target Target { get; }

    /// <summary>What is to be verified; digests of a file are computed when they are asked for.</summary>
    public Artifact Artifact { get; }

    /// <summary>SHA-256, once it was asked for.</summary>
    public Sha256Digest? KnownSha256 { get; private set; }

    /// <summary>A target of which only the digest is known.</summary>
    public static TargetArtifact OfDigest(Target target, Sha256Digest digest) => new(target, digest);

    /// <summary>Opens a file.</summary>
    /// <exception cref="ProblemException">It is no regular file that can be read.</exception>
    public static TargetArtifact OpenFile(Target target, string path, HashProgress progress)
    {
        try
        {
            if (InputFile.IsOfCaller(path))
            {
                return new TargetArtifact(target, HashOnce(path));
            }

            RegularFile.Require(path, "artifact");

            // Shared with everybody: a lock would be advice only. That the file stays as it is, is checked.
            return new TargetArtifact(
                target, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan), progress);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw RegularFile.CannotRead(InputFile.Name(path), "artifact", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    /// <summary>Reads <c>sha256:</c> and 64 hexadecimal digits.</summary>
    /// <exception cref="ProblemException">A usage error: it is nothing of the kind.</exception>
    public static Sha256Digest ParseDigest(string name) =>
        TryParseHex(name[DigestPrefix.Length..], out var digest)
            ? digest
            : throw ProblemException.Usage($"A digest is {DigestPrefix} and {2 * Sha256Digest.Size} hexadecimal digits, and no file of that name exists.");

    /// <summary>Whether a name is a digest of another kind, or one without its prefix: nobody calls a file so.</summary>
    public static bool LooksLikeDigest(string name) =>
        name.Split(':') is [.. var algorithm, var hex] && hex.Length is 40 or 64 or 96 or 128 && hex.All(char.IsAsciiHexDigit) && algorithm is [] or ["sha1" or "sha384" or "sha512" or "SHA256"];

    /// <summary>Reads 64 hexadecimal digits of either case, as programs print them.</summary>
    public static bool TryParseHex(string hex, out Sha256Digest digest) => Sha256Digest.TryParseHex(hex.ToLowerInvariant(), out digest);

    /// <summary>A pipe is read once, so every digest that a bundle may ask for is taken on the way.</summary>
    private static Dictionary<HashAlgorithmName, byte[]> HashOnce(string path)
    {
        using var input = InputFile.Open(path);
        HashAlgorithmName[] names = [HashAlgorithmName.SHA256, HashAlgorithmName.SHA384, HashAlgorithmName.SHA512];
        var hashes = Array.ConvertAll(names, name => new RunningHash(name));
        try
        {
            var buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
            for (int read; (read = input.Read(buffer)) > 0;)
            {
                foreach (var hash in hashes)
                {
                    hash.Append(buffer.AsSpan(0, read));
                }
            }

            return names.Zip(hashes).ToDictionary(pair => pair.First, pair => pair.Second.Finish());
        }
        finally
        {
            Array.ForEach(hashes, hash => hash.Dispose());
        }
    }

    private byte[] Hash(HashAlgorithmName algorithm)
    {
        try
        {
            using var hash = new RunningHash(algorithm);
            var buffer = GC.AllocateUninitializedArray<byte>((int)Math.Clamp(_length, 1, BufferBytes));
            var offset = 0L;
            for (int read; (read = RandomAccess.Read(_file!, buffer, offset)) > 0; offset += read)
            {
                // Also ends the reading of what has no end, for example a device.
                RequireUnchanged(offset + read <= _length);
                hash.Append(buffer.AsSpan(0, read));
                _progress!.Report(Target.Name, offset + read, _length);
            }

            RequireUnchanged(offset == _length && File.GetLastWriteTimeUtc(_file!) == _written);
            var digest = hash.Finish();
            if (algorithm == HashAlgorithmName.SHA256)
            {
                KnownSha256 = Sha256Digest.From(digest);
            }

            return digest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RegularFile.CannotRead(Target.Name, "artifact", e);
        }
    }

    private void RequireUnchanged(bool holds)
    {
        if (!holds)
        {
            throw ProblemException.NotChecked(
                $"The artifact {PrintableText.Neutralise(Target.Name)} changed while it was read.", "Verify again when nothing writes to it any more.");
        }
    }
}

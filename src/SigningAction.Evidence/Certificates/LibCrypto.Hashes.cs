using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SigningAction.Evidence.Certificates;

/// <content>Hashes.</content>
internal static partial class LibCrypto
{
    /// <summary>Hashes two pieces, one after the other; false when there is no such OpenSSL here, and the platform has to do it.</summary>
    /// <param name="hash">SHA-256, SHA-384 or SHA-512; for another it is false.</param>
    /// <param name="first">The first piece; it may be empty.</param>
    /// <param name="second">The second piece; it may be empty.</param>
    /// <param name="digest">As long as the digest.</param>
    public static bool TryHash(HashAlgorithmName hash, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> digest)
    {
        var algorithm = Digest(hash);
        if (algorithm == 0)
        {
            return false;
        }

        if (first.IsEmpty)
        {
            return Digest(second, (nuint)second.Length, digest, 0, algorithm, 0) == 1 ? true : throw Failed("EVP_Digest");
        }

        using var context = Start(algorithm);
        Add(context, first);
        Add(context, second);
        Finish(context, digest);
        return true;
    }

    /// <summary>A hash of nothing yet; null when there is no such OpenSSL here or it is none of SHA-256, SHA-384 and SHA-512.</summary>
    public static EvpDigest? StartHash(HashAlgorithmName hash) => Digest(hash) is var algorithm && algorithm != 0 ? Start(algorithm) : null;

    /// <summary>Adds to a hash.</summary>
    public static void Add(EvpDigest context, ReadOnlySpan<byte> piece)
    {
        if (AddToDigest(context, piece, (nuint)piece.Length) != 1)
        {
            throw Failed("EVP_DigestUpdate");
        }
    }

    /// <summary>Ends a hash.</summary>
    /// <param name="context">What was added to.</param>
    /// <param name="digest">As long as the digest.</param>
    public static void Finish(EvpDigest context, Span<byte> digest)
    {
        if (FinishDigest(context, digest, 0) != 1)
        {
            throw Failed("EVP_DigestFinal_ex");
        }
    }

    private static EvpDigest Start(nint algorithm)
    {
        var context = NewDigest();
        if (!context.IsInvalid && InitializeDigest(context, algorithm, 0) == 1)
        {
            return context;
        }

        context.Dispose();
        throw Failed("EVP_DigestInit_ex2");
    }

    private static nint Digest(HashAlgorithmName hash) =>
        hash == HashAlgorithmName.SHA256 ? Sha256 : hash == HashAlgorithmName.SHA384 ? Sha384 : hash == HashAlgorithmName.SHA512 ? Sha512 : 0;

    /// <summary>An algorithm, looked up once: that is dearer than a short hash. 0 where OpenSSL 3 or the algorithm is not to be had.</summary>
    private static nint Digest(string algorithm)
    {
        if (!IsHere)
        {
            return 0;
        }

        var found = FetchDigest(0, algorithm, 0);
        if (found == 0)
        {
            ClearErrors();
        }

        return found;
    }

    [LibraryImport(Library, EntryPoint = "EVP_MD_fetch", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint FetchDigest(nint library, string algorithm, nint properties);

    [LibraryImport(Library, EntryPoint = "EVP_Digest")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Digest(ReadOnlySpan<byte> data, nuint length, Span<byte> digest, nint digestLength, nint algorithm, nint engine);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial EvpDigest NewDigest();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void FreeDigest(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_DigestInit_ex2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int InitializeDigest(EvpDigest context, nint algorithm, nint parameters);

    [LibraryImport(Library, EntryPoint = "EVP_DigestUpdate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AddToDigest(EvpDigest context, ReadOnlySpan<byte> data, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_DigestFinal_ex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FinishDigest(EvpDigest context, Span<byte> digest, nint digestLength);
}

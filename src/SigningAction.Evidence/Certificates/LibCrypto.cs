using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// OpenSSL 3, called directly to import ECDSA public keys, because the platform's import costs as much as two verifications and this one a fifteenth of one; and to
/// hash, because the platform loads the TLS library and all error texts before its first hash, which a short run never needs (DECISIONS.md).
/// None of its objects meets those of the platform, so it does not matter whether both use the same library. Safe for concurrent use.
/// </summary>
internal static partial class LibCrypto
{
    private const string Library = "libcrypto.so.3";
    private const int MajorVersion = 3;
    private const ulong NoExitHandler = 0x00080000; // OPENSSL_INIT_NO_ATEXIT

    // Before what asks for it: these are filled in the order in which they stand here.
    private static readonly bool IsHere = Load();
    private static readonly nint Sha256 = Digest("SHA2-256");
    private static readonly nint Sha384 = Digest("SHA2-384");
    private static readonly nint Sha512 = Digest("SHA2-512");
    private static readonly EvpKey? P256 = Parameters("P-256");
    private static readonly EvpKey? P384 = Parameters("P-384");
    private static readonly EvpKey? P521 = Parameters("P-521");

    /// <summary>Imports a point that is in uncompressed form.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="point">4, x and y (SEC 1, section 2.3.3).</param>
    /// <param name="key">The key; null when there is no such OpenSSL here, and the platform has to do it.</param>
    /// <returns>False when x or y is no coordinate or the point is not on the curve.</returns>
    /// <remarks>
    /// That is the whole check that these curves need: their cofactor is 1, so every point on them but the one at infinity, which has no uncompressed form, has the
    /// full order (SP 800-56A, section 5.6.2.3.4). The platform multiplies by the order besides, which costs a verification and cannot fail.
    /// </remarks>
    public static bool TryImport(KeyAlgorithm curve, ReadOnlySpan<byte> point, out EvpKey? key)
    {
        key = null;
        var parameters = curve switch
        {
            KeyAlgorithm.EcdsaP256 => P256,
            KeyAlgorithm.EcdsaP384 => P384,
            KeyAlgorithm.EcdsaP521 => P521,
            _ => throw new ArgumentOutOfRangeException(nameof(curve), curve, "This is no curve."),
        };
        if (parameters is null)
        {
            return true;
        }

        var made = DuplicateKey(parameters);
        if (made.IsInvalid)
        {
            made.Dispose();
            throw Failed("EVP_PKEY_dup");
        }

        if (SetPublicKey(made, point, (nuint)point.Length) == 1)
        {
            key = made;
            return true;
        }

        made.Dispose();
        ClearErrors();
        return false;
    }

    /// <summary>Verifies a DER signature over a hash; a hash longer than the order is cut, as ECDSA says.</summary>
    public static bool Verify(EvpKey key, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> signature)
    {
        // The context holds the key and is used without it: the key must not be freed meanwhile.
        var held = false;
        key.DangerousAddRef(ref held);
        var context = key.TakeContext();
        try
        {
            context = context != 0 ? context : NewVerification(key);
            if (Verify(context, signature, (nuint)signature.Length, hash, (nuint)hash.Length) == 1)
            {
                key.ReturnContext(context);
                context = 0;
                return true;
            }

            // Errors wait in a list of the thread; whoever calls OpenSSL next would take them for his own.
            ClearErrors();
            return false;
        }
        finally
        {
            // One in which anything failed is not used again.
            FreeContext(context);
            key.DangerousRelease();
        }
    }

    /// <summary>A key without a point, of which the others are copies: looking up the curve is the dear part. Null where OpenSSL 3 or the curve is not to be had.</summary>
    private static EvpKey? Parameters(string curve)
    {
        if (!IsHere)
        {
            return null;
        }

        var context = NewContext(0, "EC", 0);
        try
        {
            if (context == 0 || InitializeParameters(context) != 1 || SetCurve(context, curve) != 1 || MakeParameters(context, out var made) != 1)
            {
                ClearErrors();
                return null;
            }

            return new EvpKey(made);
        }
        finally
        {
            FreeContext(context);
        }
    }

    private static nint NewVerification(EvpKey key)
    {
        var context = NewContext(0, key, 0);
        if (context != 0 && InitializeVerify(context) == 1)
        {
            return context;
        }

        FreeContext(context);
        throw Failed("EVP_PKEY_verify_init");
    }

    private static bool Load()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        try
        {
            // Whoever comes first decides, and the platform does not want it either: other threads may be at work while a process ends.
            _ = Initialize(NoExitHandler, 0);
            return Version() == MajorVersion;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
        }
    }

    private static CryptographicException Failed(string call)
    {
        ClearErrors();
        return new CryptographicException($"OpenSSL's {call} failed.");
    }

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "OPENSSL_init_crypto")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Initialize(ulong options, nint settings);

    [LibraryImport(Library, EntryPoint = "OPENSSL_version_major")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Version();

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void ClearErrors();

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_new_from_name", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NewContext(nint library, string algorithm, nint properties);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_new_from_pkey")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NewContext(nint library, EvpKey key, nint properties);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_paramgen_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int InitializeParameters(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_set_group_name", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetCurve(nint context, string curve);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_paramgen")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MakeParameters(nint context, out nint parameters);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial EvpKey DuplicateKey(EvpKey key);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_set1_encoded_public_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPublicKey(EvpKey key, ReadOnlySpan<byte> point, nuint length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_verify_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int InitializeVerify(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_verify")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Verify(nint context, ReadOnlySpan<byte> signature, nuint signatureLength, ReadOnlySpan<byte> hash, nuint hashLength);
}

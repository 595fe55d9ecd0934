using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SigningAction.Evidence.Certificates;

/// <content>
/// ECDSA with a table of a key's multiples. Of a verification nearly all is u1·G + u2·Q (SEC 1, section 4.1.4), and of that six sevenths is u2·Q, because G's multiples are
/// in a table that OpenSSL brings along and Q's are not. With a table of its own Q costs what G costs. OpenSSL has the table and the arithmetic, but no verification that
/// uses them for a public key, so the equation stands here.
/// </content>
internal static partial class LibCrypto
{
    /// <summary>NID_X9_62_prime256v1.</summary>
    private const int P256Curve = 415;

    private const int P256Octets = 32;

    /// <summary>The multiples of a P-256 key: 150 KB, and 20 ms of a processor.</summary>
    /// <param name="point">A point that is on the curve, in uncompressed form.</param>
    /// <returns>Null where they are not to be had: another library, one without the call that makes them, or a machine that allows only what a FIPS provider does.</returns>
    public static EcMultiples? MultiplesOf(ReadOnlySpan<byte> point)
    {
        if (!IsHere)
        {
            return null;
        }

        try
        {
            return IsFips(0) == 1 ? null : MakeMultiples(point);
        }
        catch (EntryPointNotFoundException)
        {
            // OpenSSL can be built without what it calls deprecated; making the table is.
            return null;
        }
    }

    /// <summary>Verifies a signature over a hash; a hash longer than the order is cut, as ECDSA says. Everything here is public, so it need not take the same time always.</summary>
    /// <param name="key">The key.</param>
    /// <param name="hash">The hash.</param>
    /// <param name="r">Big-endian, at most 32 octets.</param>
    /// <param name="s">Big-endian, at most 32 octets.</param>
    public static bool Verify(EcMultiples key, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> r, ReadOnlySpan<byte> s)
    {
        var held = false;
        key.DangerousAddRef(ref held);
        var scratch = key.TakeScratch();
        var (first, second) = ((nint)0, (nint)0);
        try
        {
            var group = key.DangerousGetHandle();
            scratch = scratch != 0 ? scratch : Made(NewScratch(), "BN_CTX_new");
            (first, second) = (Made(NewPoint(group), "EC_POINT_new"), Made(NewPoint(group), "EC_POINT_new"));
            StartScratch(scratch);
            try
            {
                return Holds(group, scratch, first, second, hash[..int.Min(hash.Length, P256Octets)], r, s);
            }
            finally
            {
                EndScratch(scratch);
            }
        }
        finally
        {
            FreePoint(first);
            FreePoint(second);
            key.ReturnScratch(scratch);
            key.DangerousRelease();
        }
    }

    /// <summary>SEC 1, section 4.1.4, steps 1 and 3 to 7.</summary>
    private static bool Holds(nint group, nint scratch, nint first, nint second, ReadOnlySpan<byte> hash, ReadOnlySpan<byte> r, ReadOnlySpan<byte> s)
    {
        var order = Order(group);
        var (e, x, rNumber, sNumber, inverse, u1, u2) = (Number(scratch), Number(scratch), Number(scratch), Number(scratch), Number(scratch), Number(scratch), Number(scratch));
        Require(Read(hash, hash.Length, e) != 0 && Read(r, r.Length, rNumber) != 0 && Read(s, s.Length, sNumber) != 0, "BN_bin2bn");
        if (IsZero(rNumber) == 1 || IsZero(sNumber) == 1 || Compare(rNumber, order) >= 0 || Compare(sNumber, order) >= 0)
        {
            return false;
        }

        Require(Invert(inverse, sNumber, order, scratch) != 0, "BN_mod_inverse");
        Require(Multiply(u1, e, inverse, order, scratch) == 1 && Multiply(u2, rNumber, inverse, order, scratch) == 1, "BN_mod_mul");

        // The key is the generator of its own group; the curve's is that of the other.
        Require(MultiplyGenerator(StandardP256, first, u1, 0, 0, scratch) == 1 && MultiplyGenerator(group, second, u2, 0, 0, scratch) == 1, "EC_POINT_mul");
        Require(AddPoints(group, first, first, second, scratch) == 1, "EC_POINT_add");
        if (IsInfinity(group, first) == 1)
        {
            return false;
        }

        Require(Affine(group, first, x, 0, scratch) == 1, "EC_POINT_get_affine_coordinates");
        Require(Reduce(x, x, order, scratch) == 1, "BN_nnmod");
        return Compare(x, rNumber) == 0;
    }

    private static EcMultiples? MakeMultiples(ReadOnlySpan<byte> point)
    {
        var key = NewGroup(P256Curve);
        var scratch = NewScratch();
        var generator = key.IsInvalid ? 0 : NewPoint(key.DangerousGetHandle());
        try
        {
            if (StandardP256 != 0 && scratch != 0 && generator != 0
                && ReadPoint(key, generator, point, (nuint)point.Length, scratch) == 1
                && SetGenerator(key, generator, Order(StandardP256), One()) == 1
                && Precompute(key, scratch) == 1
                && HasPrecomputed(key) == 1)
            {
                var made = key;
                key = null;
                return made;
            }

            ClearErrors();
            return null;
        }
        finally
        {
            FreePoint(generator);
            FreeScratch(scratch);
            key?.Dispose();
        }
    }

    private static nint Number(nint scratch) => Made(NextNumber(scratch), "BN_CTX_get");

    private static nint Made(nint handle, string call)
    {
        Require(handle != 0, call);
        return handle;
    }

    private static void Require(bool done, string call)
    {
        if (!done)
        {
            throw Failed(call);
        }
    }

    /// <summary>The curve with its own generator; it lives as long as the process.</summary>
    private static class Standard
    {
        public static readonly EcMultiples Group = NewGroup(P256Curve);
    }

    private static nint StandardP256 => Standard.Group.DangerousGetHandle();

    [LibraryImport(Library, EntryPoint = "EVP_default_properties_is_fips_enabled")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int IsFips(nint library);

    [LibraryImport(Library, EntryPoint = "EC_GROUP_new_by_curve_name")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial EcMultiples NewGroup(int curve);

    [LibraryImport(Library, EntryPoint = "EC_GROUP_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void FreeGroup(nint group);

    [LibraryImport(Library, EntryPoint = "EC_GROUP_get0_order")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Order(nint group);

    [LibraryImport(Library, EntryPoint = "EC_GROUP_set_generator")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetGenerator(EcMultiples group, nint generator, nint order, nint cofactor);

    [LibraryImport(Library, EntryPoint = "EC_GROUP_precompute_mult")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Precompute(EcMultiples group, nint scratch);

    [LibraryImport(Library, EntryPoint = "EC_GROUP_have_precompute_mult")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int HasPrecomputed(EcMultiples group);

    [LibraryImport(Library, EntryPoint = "EC_POINT_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NewPoint(nint group);

    [LibraryImport(Library, EntryPoint = "EC_POINT_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void FreePoint(nint point);

    [LibraryImport(Library, EntryPoint = "EC_POINT_oct2point")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ReadPoint(EcMultiples group, nint point, ReadOnlySpan<byte> octets, nuint length, nint scratch);

    [LibraryImport(Library, EntryPoint = "EC_POINT_mul")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MultiplyGenerator(nint group, nint product, nint factor, nint noPoint, nint noFactor, nint scratch);

    [LibraryImport(Library, EntryPoint = "EC_POINT_add")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int AddPoints(nint group, nint sum, nint left, nint right, nint scratch);

    [LibraryImport(Library, EntryPoint = "EC_POINT_is_at_infinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int IsInfinity(nint group, nint point);

    [LibraryImport(Library, EntryPoint = "EC_POINT_get_affine_coordinates")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Affine(nint group, nint point, nint x, nint y, nint scratch);

    [LibraryImport(Library, EntryPoint = "BN_CTX_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NewScratch();

    [LibraryImport(Library, EntryPoint = "BN_CTX_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    internal static partial void FreeScratch(nint scratch);

    [LibraryImport(Library, EntryPoint = "BN_CTX_start")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void StartScratch(nint scratch);

    [LibraryImport(Library, EntryPoint = "BN_CTX_end")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void EndScratch(nint scratch);

    [LibraryImport(Library, EntryPoint = "BN_CTX_get")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NextNumber(nint scratch);

    [LibraryImport(Library, EntryPoint = "BN_value_one")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint One();

    [LibraryImport(Library, EntryPoint = "BN_bin2bn")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Read(ReadOnlySpan<byte> octets, int length, nint number);

    [LibraryImport(Library, EntryPoint = "BN_is_zero")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int IsZero(nint number);

    [LibraryImport(Library, EntryPoint = "BN_cmp")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Compare(nint left, nint right);

    [LibraryImport(Library, EntryPoint = "BN_mod_inverse")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Invert(nint inverse, nint number, nint modulus, nint scratch);

    [LibraryImport(Library, EntryPoint = "BN_mod_mul")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Multiply(nint product, nint left, nint right, nint modulus, nint scratch);

    [LibraryImport(Library, EntryPoint = "BN_nnmod")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Reduce(nint rest, nint number, nint modulus, nint scratch);
}

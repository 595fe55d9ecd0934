using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class EcdsaKeyTests
{
    public static TheoryData<KeyAlgorithm, string> Curves => new()
    {
        { KeyAlgorithm.EcdsaP256, "nistP256" },
        { KeyAlgorithm.EcdsaP384, "nistP384" },
        { KeyAlgorithm.EcdsaP521, "nistP521" },
    };

    [Theory]
    [MemberData(nameof(Curves))]
    public void OpenSSL_and_the_platform_judge_every_signature_alike(KeyAlgorithm curve, string name)
    {
        using var signer = ECDsa.Create(ECCurve.CreateFromFriendlyName(name));
        var point = Point(signer);
        var (ours, platform) = (EcdsaKey.Import(curve, point), EcdsaKey.ImportToPlatform(curve, point));
        foreach (var hash in (byte[][])[SHA256.HashData("x"u8), SHA384.HashData("x"u8), SHA512.HashData("x"u8)])
        {
            var signature = signer.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
            Assert.True(ours.VerifyHash(hash, signature));
            Assert.True(platform.VerifyHash(hash, signature));
            for (var i = 0; i < signature.Length; i++)
            {
                var changed = (byte[])signature.Clone();
                changed[i] ^= 0x01;
                Assert.Equal(platform.VerifyHash(hash, changed), ours.VerifyHash(hash, changed));
            }

            foreach (var other in (byte[][])[[.. hash.Select((octet, i) => (byte)(i == 0 ? octet ^ 1 : octet))], hash[..20], []])
            {
                Assert.Equal(platform.VerifyHash(other, signature), ours.VerifyHash(other, signature));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void A_point_that_is_not_on_its_curve_is_refused_by_both(KeyAlgorithm curve, string name)
    {
        using var signer = ECDsa.Create(ECCurve.CreateFromFriendlyName(name));
        var point = Point(signer);
        var coordinate = (point.Length - 1) / 2;
        byte[] zero = [4, .. new byte[2 * coordinate]];
        byte[] tooLarge = [4, .. Enumerable.Repeat((byte)0xff, coordinate), .. point[(1 + coordinate)..]];
        byte[] swapped = [4, .. point[(1 + coordinate)..], .. point[1..(1 + coordinate)]];
        var shifted = (byte[])point.Clone();
        shifted[^1] ^= 1;
        foreach (var wrong in (byte[][])[zero, tooLarge, swapped, shifted])
        {
            Assert.ThrowsAny<CryptographicException>(() => EcdsaKey.Import(curve, wrong));
            Assert.ThrowsAny<CryptographicException>(() => EcdsaKey.ImportToPlatform(curve, wrong));
        }
    }

    [Theory]
    [MemberData(nameof(Curves))]
    public void OpenSSL_3_is_called_directly_where_it_is(KeyAlgorithm curve, string name)
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libcrypto.so.3", out _))
        {
            Assert.Skip("There is no OpenSSL 3 here.");
        }

        using var signer = ECDsa.Create(ECCurve.CreateFromFriendlyName(name));
        Assert.True(LibCrypto.TryImport(curve, Point(signer), out var key));
        Assert.NotNull(key);
        Assert.False(key.IsInvalid);
    }

    [Fact]
    public void A_key_is_verified_with_by_many_at_once()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var hash = SHA256.HashData("x"u8);
        var signature = signer.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
        var key = EcdsaKey.Import(KeyAlgorithm.EcdsaP256, Point(signer));
        var other = SHA256.HashData("y"u8);
        Parallel.For(0, 1_000, i => Assert.Equal(i % 2 == 0, key.VerifyHash(i % 2 == 0 ? hash : other, signature)));
    }

    [Fact]
    public void A_signature_that_was_refused_leaves_no_trace_in_the_key()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var hash = SHA256.HashData("x"u8);
        var signature = signer.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
        var key = EcdsaKey.Import(KeyAlgorithm.EcdsaP256, Point(signer));
        foreach (var (over, bad) in ((byte[], byte[])[])[(SHA256.HashData("y"u8), signature), (hash, []), (hash, [0x30, 0x00]), ([], signature), (hash, signature[..^1])])
        {
            Assert.True(key.VerifyHash(hash, signature));
            Assert.False(key.VerifyHash(over, bad));
            Assert.True(key.VerifyHash(hash, signature));
        }
    }

    private static byte[] Point(ECDsa key)
    {
        var q = key.ExportParameters(false).Q;
        return [4, .. q.X!, .. q.Y!];
    }
}

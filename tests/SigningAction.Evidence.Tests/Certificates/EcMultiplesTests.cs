using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Evidence.Tests.Certificates;

/// <summary>Verification with a table of a key's multiples is the same verification.</summary>
public sealed class EcMultiplesTests
{
    private static readonly byte[] Order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");

    [Fact]
    public void A_table_and_the_platform_judge_every_signature_alike()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = WithTable(signer);
        foreach (var hash in (byte[][])[SHA256.HashData("x"u8), SHA384.HashData("x"u8), SHA512.HashData("x"u8), new byte[32], [1], []])
        {
            var signature = signer.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
            Assert.True(key.VerifyHash(hash, signature));
            for (var i = 0; i < signature.Length; i++)
            {
                for (var bit = 1; bit < 0x100; bit <<= 1)
                {
                    var changed = (byte[])signature.Clone();
                    changed[i] ^= (byte)bit;
                    Assert.Equal(EcdsaSignature.IsStrictDer(changed, 32) && signer.VerifyHash(hash, changed, DSASignatureFormat.Rfc3279DerSequence), key.VerifyHash(hash, changed));
                }
            }
        }
    }

    [Fact]
    public void A_table_takes_the_signature_of_no_other_key_and_no_other_hash()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = WithTable(signer);
        var hash = SHA256.HashData("x"u8);
        Assert.False(key.VerifyHash(hash, other.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence)));
        Assert.False(key.VerifyHash(SHA256.HashData("y"u8), signer.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence)));
    }

    [Fact]
    public void Numbers_outside_one_to_the_order_less_one_are_refused()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var table = Table(signer);
        var hash = SHA256.HashData("x"u8);
        var p1363 = signer.SignHash(hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var (r, s) = (p1363[..32], p1363[32..]);
        var above = (byte[])Order.Clone();
        above[^1]++;
        Assert.True(LibCrypto.Verify(table, hash, r, s));
        foreach (var wrong in (byte[][])[[], [0], new byte[32], Order, above, [.. Enumerable.Repeat((byte)0xff, 32)]])
        {
            Assert.False(LibCrypto.Verify(table, hash, wrong, s));
            Assert.False(LibCrypto.Verify(table, hash, r, wrong));
        }
    }

    [Fact]
    public void A_sum_at_infinity_is_refused()
    {
        // u1 G + u2 Q with Q = G and e = -r is the point at infinity, whatever s is.
        using var one = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = [.. new byte[31], 1], Q = Generator });
        var table = Table(one);
        byte[] r = [.. new byte[31], 5];
        var hash = (byte[])Order.Clone();
        hash[^1] -= 5;
        Assert.False(LibCrypto.Verify(table, hash, r, [.. new byte[31], 7]));
    }

    [Fact]
    public void Two_equal_points_are_doubled()
    {
        // With Q = G and e = r both summands are the same point, for which the addition of two points has no formula: e = r and s = 2r/k, where r is the x of kG.
        using var one = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = [.. new byte[31], 1], Q = Generator });
        using var random = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = random.ExportParameters(true);
        var order = Number(Order);
        var r = Number(parameters.Q.X!) % order;
        var s = 2 * r * BigInteger.ModPow(Number(parameters.D!), order - 2, order) % order;
        byte[] signature = [.. Octets(r), .. Octets(s)];
        Assert.True(one.VerifyHash(Octets(r), signature));
        Assert.True(LibCrypto.Verify(Table(one), Octets(r), Octets(r), Octets(s)));
    }

    [Fact]
    public void Wycheproof_agrees_with_a_table_on_every_signature()
    {
        RequireOpenSsl();
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedMaterial.Folder("vectors", "wycheproof"), "ecdsa_secp256r1_sha256_test.json")));
        var run = 0;
        foreach (var group in json.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var table = LibCrypto.MultiplesOf(Convert.FromHexString(group.GetProperty("publicKeyDer").GetString()!).AsSpan(^65..)) ?? throw new InvalidOperationException("No table.");
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                run++;
                var hash = SHA256.HashData(Convert.FromHexString(test.GetProperty("msg").GetString()!));
                var verified = EcdsaSignature.TryRead(Convert.FromHexString(test.GetProperty("sig").GetString()!), 32, out var r, out var s) && LibCrypto.Verify(table, hash, r, s);
                Assert.True(verified == (test.GetProperty("result").GetString() == "valid"), $"{test.GetProperty("tcId")} {test.GetProperty("comment")}");
            }
        }

        Assert.Equal(484, run);
    }

    [Fact]
    public void A_key_for_long_use_gets_a_table_when_it_has_verified_often_and_no_other_key_does()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (kept, passing) = (EcdsaKey.Import(KeyAlgorithm.EcdsaP256, Point(signer)), EcdsaKey.Import(KeyAlgorithm.EcdsaP256, Point(signer)));
        kept.ExpectMany(Point(signer));
        kept.ExpectMany(Point(signer));
        RequireOpenSsl();
        var hash = SHA256.HashData("x"u8);
        var signature = signer.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
        for (var i = 0; i < EcdsaKey.Many; i++)
        {
            Assert.False(kept.HasMultiples);
            Assert.True(kept.VerifyHash(hash, signature));
            Assert.True(passing.VerifyHash(hash, signature));
        }

        Assert.True(kept.HasMultiples);
        Assert.True(kept.VerifyHash(hash, signature));
        Assert.True(passing.VerifyHash(hash, signature));
        Assert.False(passing.HasMultiples);
    }

    [Fact]
    public void A_table_is_verified_with_by_many_at_once()
    {
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = WithTable(signer);
        var (hash, other) = (SHA256.HashData("x"u8), SHA256.HashData("y"u8));
        var signature = signer.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
        Parallel.For(0, 1_000, i => Assert.Equal(i % 2 == 0, key.VerifyHash(i % 2 == 0 ? hash : other, signature)));
    }

    [Fact]
    public void Every_kind_of_key_may_be_kept_for_long()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        foreach (var spki in (byte[][])[p384.ExportSubjectPublicKeyInfo(), rsa.ExportSubjectPublicKeyInfo()])
        {
            var key = VerificationKey.Parse(spki);
            Assert.Same(key, key.ForLongUse());
        }
    }

    private static ECPoint Generator => new()
    {
        X = Convert.FromHexString("6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"),
        Y = Convert.FromHexString("4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5"),
    };

    private static BigInteger Number(byte[] octets) => new(octets, isUnsigned: true, isBigEndian: true);

    private static byte[] Octets(BigInteger number)
    {
        var octets = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - octets.Length], .. octets];
    }

    private static EcdsaKey WithTable(ECDsa signer)
    {
        RequireOpenSsl();
        var key = EcdsaKey.Import(KeyAlgorithm.EcdsaP256, Point(signer));
        key.ExpectMany(Point(signer));
        var (hash, any) = (SHA256.HashData("warm"u8), signer.SignHash(SHA256.HashData("warm"u8), DSASignatureFormat.Rfc3279DerSequence));
        for (var i = 0; i < EcdsaKey.Many; i++)
        {
            Assert.True(key.VerifyHash(hash, any));
        }

        Assert.True(key.HasMultiples);
        return key;
    }

    private static EcMultiples Table(ECDsa signer)
    {
        RequireOpenSsl();
        return LibCrypto.MultiplesOf(Point(signer)) ?? throw new InvalidOperationException("OpenSSL 3 is here and makes no table.");
    }

    private static void RequireOpenSsl()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libcrypto.so.3", out _))
        {
            Assert.Skip("There is no OpenSSL 3 here.");
        }
    }

    private static byte[] Point(ECDsa key)
    {
        var q = key.ExportParameters(false).Q;
        return [4, .. q.X!, .. q.Y!];
    }
}

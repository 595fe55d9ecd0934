using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text.Json;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class VerificationKeyTests
{
    /// <summary>
    /// Divergences: "acceptable" RSA signatures are refused, and the three keys with exponent 3 are refused as keys, valid as their one signature is.
    /// "s misses leading 0", which OpenSSL takes, is none: our own check of the form refuses it.
    /// </summary>
    [Theory]
    [InlineData("ecdsa_secp256r1_sha256_test.json", 484)]
    [InlineData("ecdsa_secp384r1_sha384_test.json", 504)]
    [InlineData("ecdsa_secp521r1_sha512_test.json", 542)]
    [InlineData("ed25519_test.json", 151)]
    [InlineData("rsa_signature_2048_sha256_test.json", 259)]
    [InlineData("rsa_signature_3072_sha256_test.json", 259)]
    [InlineData("rsa_signature_4096_sha256_test.json", 258)]
    [InlineData("rsa_pss_2048_sha256_mgf1_32_test.json", 108, "PKIX_RSA_PSS_2048_SHA256")]
    public void Wycheproof_agrees_on_every_signature(string file, int count, string? details = null)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedMaterial.Folder("vectors", "wycheproof"), file)));
        var run = 0;
        foreach (var group in json.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var der = Convert.FromHexString(group.GetProperty("publicKeyDer").GetString()!);
            if (HasSmallExponent(group))
            {
                run += group.GetProperty("tests").GetArrayLength();
                Refused(der);
                continue;
            }

            var key = VerificationKey.Parse(der, details);
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                run++;
                var valid = test.GetProperty("result").GetString() == "valid";
                var message = Convert.FromHexString(test.GetProperty("msg").GetString()!);
                var signature = Convert.FromHexString(test.GetProperty("sig").GetString()!);
                Assert.True(
                    valid == key.Verify(message, signature),
                    $"{file} {test.GetProperty("tcId")} {test.GetProperty("comment")}: expected {valid}");
                if (key.Algorithm != KeyAlgorithm.Ed25519)
                {
                    Assert.Equal(valid, key.VerifyDigest(CryptographicOperations.HashData(key.Hash, message), signature));
                }
            }
        }

        Assert.Equal(count, run);
    }

    [Fact]
    public void A_padding_that_is_stated_beside_a_key_must_fit_it_and_is_never_guessed()
    {
        using var rsa = RSA.Create(2048);
        using var ecdsa = TestAuthority.NewKey();
        var spki = rsa.ExportSubjectPublicKeyInfo();
        Assert.Equal(KeyAlgorithm.RsaPss, VerificationKey.Parse(spki, "PKIX_RSA_PSS_2048_SHA256").Algorithm);
        Assert.Equal(KeyAlgorithm.RsaPkcs1, VerificationKey.Parse(spki, "PKIX_RSA_PKCS1V15_2048_SHA256").Algorithm);
        Assert.Equal(KeyAlgorithm.RsaPkcs1, VerificationKey.Parse(spki, null).Algorithm);
        Refusal.Is(FailureCode.KeyUnsupported, () => VerificationKey.Parse(spki, "PKIX_RSA_PSS_4096_SHA256"));
        Refusal.Is(FailureCode.KeyUnsupported, () => VerificationKey.Parse(spki, "PKIX_RSA_PSS_2048_SHA512"));
        Refusal.Is(FailureCode.KeyUnsupported, () => VerificationKey.Parse(ecdsa.ExportSubjectPublicKeyInfo(), "PKIX_RSA_PSS_2048_SHA256"));
    }

    [Fact]
    public void A_key_with_a_byte_after_it_is_refused()
    {
        using var key = TestAuthority.NewKey();
        Refused([.. key.ExportSubjectPublicKeyInfo(), 0]);
    }

    [Fact]
    public void A_key_in_non_minimal_length_is_refused()
    {
        using var key = TestAuthority.NewKey();
        var der = key.ExportSubjectPublicKeyInfo();
        Refused([0x30, 0x81, .. der.AsSpan(1)]);
    }

    [Theory]
    [InlineData("1.3.132.0.10")] // secp256k1
    [InlineData("1.3.132.0.33")] // P-224
    public void A_curve_of_another_size_or_name_is_refused(string curve)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromValue(curve));
        Refused(key.ExportSubjectPublicKeyInfo());
    }

    [Fact]
    public void A_point_that_is_not_on_the_curve_is_refused()
    {
        using var key = TestAuthority.NewKey();
        var der = key.ExportSubjectPublicKeyInfo();
        der[^1] ^= 1;
        Refused(der);
    }

    [Fact]
    public void A_compressed_point_is_refused_because_one_key_has_one_id()
    {
        using var key = TestAuthority.NewKey();
        var point = key.ExportParameters(false).Q;
        Refused(Spki(
            w =>
            {
                w.WriteObjectIdentifier("1.2.840.10045.2.1");
                w.WriteObjectIdentifier("1.2.840.10045.3.1.7");
            },
            [(byte)(2 + (point.Y![^1] & 1)), .. point.X!]));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(2056)]
    public void An_rsa_modulus_of_another_size_is_refused(int bits)
    {
        using var key = RSA.Create(bits);
        Refused(key.ExportSubjectPublicKeyInfo());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_rsa_exponent_other_than_65537_is_refused(int exponent)
    {
        using var key = RSA.Create(2048);
        Refused(RsaSpki(key.ExportParameters(false).Modulus!, [(byte)exponent]));
    }

    [Fact]
    public void A_bare_rsa_key_is_the_same_key_as_in_its_wrapping()
    {
        using var key = RSA.Create(2048);
        var bare = VerificationKey.ParsePkcs1(key.ExportRSAPublicKey());
        Assert.Equal(VerificationKey.Parse(key.ExportSubjectPublicKeyInfo()), bare);
        Assert.True(bare.Verify("x"u8, key.SignData("x"u8, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
        Refusal.Is(FailureCode.KeyUnsupported, () => VerificationKey.ParsePkcs1([.. key.ExportRSAPublicKey(), 0]));
    }

    [Fact]
    public void An_rsa_modulus_of_16384_bits_is_refused()
    {
        var modulus = new byte[2048];
        Array.Fill(modulus, (byte)0xff);
        Refused(RsaSpki(modulus, [1, 0, 1]));
    }

    [Fact]
    public void An_rsa_key_with_a_number_too_many_is_refused()
    {
        using var key = RSA.Create(2048);
        var parameters = key.ExportParameters(false);
        Refused(RsaSpki(parameters.Modulus!, parameters.Exponent!, w => w.WriteInteger(1)));
    }

    /// <summary>The points of order 1, 2, 4 and 8, and their encodings that RFC 8032, section 5.1.3, does not allow (y not below the prime, the sign of zero).</summary>
    [Theory]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")]
    [InlineData("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    [InlineData("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000080")]
    [InlineData("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")]
    [InlineData("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    public void An_ed25519_key_of_small_order_is_refused(string point) =>
        Refused(Spki(w => w.WriteObjectIdentifier("1.3.101.112"), Convert.FromHexString(point)));

    [Theory]
    [InlineData("ecdsa_secp256r1_sha256_p1363_test.json", 262)]
    public void No_public_signature_in_another_form_than_DER_verifies(string file, int count)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedMaterial.Folder("vectors", "wycheproof"), file)));
        var run = 0;
        foreach (var group in json.RootElement.GetProperty("testGroups").EnumerateArray())
        {
            var key = VerificationKey.Parse(Convert.FromHexString(group.GetProperty("publicKeyDer").GetString()!));
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                run++;
                Assert.False(key.Verify(Convert.FromHexString(test.GetProperty("msg").GetString()!), Convert.FromHexString(test.GetProperty("sig").GetString()!)), $"{test.GetProperty("tcId")}");
            }
        }

        Assert.Equal(count, run);
    }

    [Theory]
    [InlineData("SHA3-256")]
    [InlineData("SHA1")]
    [InlineData("MD5")]
    public void A_hash_outside_of_sha2_never_verifies(string name)
    {
        var hash = new HashAlgorithmName(name);
        using var key = TestAuthority.NewKey();
        Assert.False(VerificationKey.Of(key).Verify("x"u8, key.SignData("x"u8, hash, DSASignatureFormat.Rfc3279DerSequence), hash));
        using var rsa = RSA.Create(2048);
        Assert.False(VerificationKey.Parse(rsa.ExportSubjectPublicKeyInfo()).Verify("x"u8, rsa.SignData("x"u8, hash, RSASignaturePadding.Pkcs1), hash));
    }

    [Fact]
    public void A_signature_verifies_with_the_hash_that_made_it_and_no_other()
    {
        using var key = TestAuthority.NewKey();
        var parsed = VerificationKey.Of(key);
        var signature = key.SignData("x"u8, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence);
        Assert.True(parsed.Verify("x"u8, signature, HashAlgorithmName.SHA384));
        Assert.False(parsed.Verify("x"u8, signature));
        Assert.False(parsed.Verify("x"u8, signature, HashAlgorithmName.SHA512));
    }

    [Fact]
    public void A_digest_of_another_length_never_verifies()
    {
        using var key = TestAuthority.NewKey();
        var digest = SHA512.HashData("x"u8);
        var signature = key.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence);
        Assert.False(VerificationKey.Of(key).VerifyDigest(digest, signature));
    }

    [Fact]
    public void A_signature_over_its_cap_is_not_even_looked_at()
    {
        using var key = TestAuthority.NewKey();
        Assert.False(VerificationKey.Of(key).Verify("x"u8, new byte[Limits.SignatureBytes + 1]));
    }

    [Fact]
    public void No_byte_of_a_key_can_change_without_refusal_or_another_id()
    {
        using var key = TestAuthority.NewKey();
        var der = key.ExportSubjectPublicKeyInfo();
        var id = VerificationKey.Parse(der).Id;
        for (var i = 0; i < der.Length; i++)
        {
            var changed = (byte[])der.Clone();
            changed[i] ^= 0x10;
            try
            {
                Assert.NotEqual(id, VerificationKey.Parse(changed).Id);
            }
            catch (EvidenceException e)
            {
                Assert.Equal(FailureCode.KeyUnsupported, e.Code);
            }
        }
    }

    private static bool HasSmallExponent(JsonElement group) =>
        group.GetProperty("publicKey") is { ValueKind: JsonValueKind.Object } key
        && key.TryGetProperty("publicExponent", out var exponent) && exponent.GetString() == "03";

    private static void Refused(byte[] spki) => Refusal.Is(FailureCode.KeyUnsupported, () => VerificationKey.Parse(spki));

    private static byte[] Spki(Action<AsnWriter> algorithm, byte[] key) => CertificateForge.Der(w =>
    {
        using (w.PushSequence())
        {
            using (w.PushSequence())
            {
                algorithm(w);
            }

            w.WriteBitString(key);
        }
    });

    private static byte[] RsaSpki(byte[] modulus, byte[] exponent, Action<AsnWriter>? more = null) => Spki(
        w =>
        {
            w.WriteObjectIdentifier("1.2.840.113549.1.1.1");
            w.WriteNull();
        },
        CertificateForge.Der(w =>
        {
            using (w.PushSequence())
            {
                w.WriteIntegerUnsigned(modulus);
                w.WriteIntegerUnsigned(exponent);
                more?.Invoke(w);
            }
        }));
}

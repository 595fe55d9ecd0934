using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using SigningAction.Authority.Exchange;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>RSA keys whose private half follows from the public one (hostile case T-23).</summary>
public sealed class WeakRsaTests
{
    private static readonly BigInteger Odd = (BigInteger.One << 2047) + 1;

    [Fact]
    public void An_honest_key_is_not_weak()
    {
        for (var i = 0; i < 3; i++)
        {
            using var key = RSA.Create(2048);
            Assert.False(WeakRsa.IsWeak(key.ExportSubjectPublicKeyInfo()));
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(743)]
    [InlineData(751)]
    public void A_modulus_with_a_small_prime_in_it_is_weak(int prime) => Assert.True(WeakRsa.IsWeak(Odd - (Odd % prime)));

    [Fact]
    public void A_modulus_of_two_close_primes_is_weak()
    {
        // Neither must be prime for the method to find it; both must be free of small factors.
        var p = NoSmallFactor(BigInteger.Pow(3, 640) | 1);
        var q = NoSmallFactor(p + 2);
        Assert.True(WeakRsa.IsWeak(p * q));
        Assert.False(WeakRsa.IsWeak(p * NoSmallFactor((p << 1) + 1)));
    }

    [Fact]
    public void A_modulus_of_the_shape_of_infineons_generator_is_weak()
    {
        // p = k·M + (65537^a mod M), where M is the product of the first primes (Nemec et al., section 2.1).
        var m = Enumerable.Range(2, 166).Where(n => Enumerable.Range(2, n - 2).All(d => n % d != 0))
            .Aggregate(BigInteger.One, (product, prime) => product * prime);
        var p = ((BigInteger.One << 800) * m) + BigInteger.ModPow(65537, 1234, m);
        var q = ((BigInteger.One << 801) * m) + BigInteger.ModPow(65537, 4321, m);
        Assert.True(WeakRsa.IsWeak(p * q));
        Assert.False(WeakRsa.IsWeak(p * NoSmallFactor(q + 2)));
    }

    [Fact]
    public void A_weak_key_gets_no_certificate()
    {
        var p = NoSmallFactor((BigInteger.One << 1023) + (BigInteger.One << 1022) + 1);
        var spki = Spki(p * NoSmallFactor(p + 2));
        Assert.Equal(KeyAlgorithm.RsaPkcs1, VerificationKey.Parse(spki).Algorithm);
        var request = new AsnWriter(AsnEncodingRules.DER);
        using (request.PushSequence())
        {
            using (request.PushSequence())
            {
                request.WriteInteger(0);
                using (request.PushSequence())
                {
                }

                request.WriteEncodedValue(spki);
            }

            using (request.PushSequence())
            {
                request.WriteObjectIdentifier("1.2.840.113549.1.1.11");
                request.WriteNull();
            }

            request.WriteBitString(new byte[256]);
        }

        var pem = PemEncoding.WriteString("CERTIFICATE REQUEST", request.Encode());
        var refusal = Assert.Throws<PossessionRefusedException>(() => ProofOfPossession.OfRequest(System.Text.Encoding.ASCII.GetBytes(pem)));
        Assert.Equal(PossessionRefusal.KeyInsecure, refusal.Refusal);
    }

    private static byte[] Spki(BigInteger modulus)
    {
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus.ToByteArray(true, true), Exponent = [1, 0, 1] });
        return rsa.ExportSubjectPublicKeyInfo();
    }

    private static BigInteger NoSmallFactor(BigInteger n)
    {
        while (Enumerable.Range(2, 751).Any(d => n % d == 0))
        {
            n += 1;
        }

        return n;
    }
}

using System.Numerics;
using System.Security.Cryptography;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// RSA keys whose private half can be found from the public one, by tests of bounded time: a small prime factor, two primes close
/// together (Fermat), and the shape of Infineon's generator (ROCA, CVE-2017-15361). The same tests as goodkey of Boulder, which Fulcio uses.
/// </summary>
public static class WeakRsa
{
    /// <summary>Rounds of Fermat's method; Boulder takes 100. Honest primes differ by far more.</summary>
    private const int FermatRounds = 100;

    /// <summary>All primes that Boulder divides by are below this.</summary>
    private const int SmallPrimeBound = 752;

    /// <summary>The subgroup test of the ROCA paper (Nemec et al., CCS 2017): in each of these fields the modulus is a power of 65537.</summary>
    private static readonly int[] RocaPrimes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

    private static readonly bool[][] RocaResidues = [.. RocaPrimes.Select(PowersOf65537)];

    private static readonly BigInteger SmallPrimes =
        Enumerable.Range(2, SmallPrimeBound - 2).Where(IsPrime).Aggregate(BigInteger.One, (product, prime) => product * prime);

    /// <summary>Whether the modulus of this RSA SubjectPublicKeyInfo is one of them.</summary>
    public static bool IsWeak(ReadOnlyMemory<byte> spki)
    {
        using var rsa = RSA.Create();
        rsa.ImportSubjectPublicKeyInfo(spki.Span, out _);
        return IsWeak(new BigInteger(rsa.ExportParameters(false).Modulus, isUnsigned: true, isBigEndian: true));
    }

    /// <summary>Whether this modulus is one of them.</summary>
    public static bool IsWeak(BigInteger modulus) =>
        !BigInteger.GreatestCommonDivisor(modulus, SmallPrimes).IsOne || HasRocaShape(modulus) || HasClosePrimes(modulus);

    private static bool HasRocaShape(BigInteger modulus)
    {
        for (var i = 0; i < RocaPrimes.Length; i++)
        {
            if (!RocaResidues[i][(int)(modulus % RocaPrimes[i])])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>n = a² − b² with a small b means primes a ± b: search from the root of n upwards.</summary>
    private static bool HasClosePrimes(BigInteger modulus)
    {
        var a = SquareRoot(modulus);
        if (a * a < modulus)
        {
            a += 1;
        }

        for (var round = 0; round < FermatRounds; round++, a += 1)
        {
            var rest = (a * a) - modulus;
            if (MayBeSquare(rest) && SquareRoot(rest) is var b && b * b == rest)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Squares end in few ways modulo 64; this spares most of the roots.</summary>
    private static bool MayBeSquare(BigInteger n) => (int)(n & 63) is 0 or 1 or 4 or 9 or 16 or 17 or 25 or 33 or 36 or 41 or 49 or 57;

    /// <summary>The whole part of the root, by Newton's method from above.</summary>
    private static BigInteger SquareRoot(BigInteger n)
    {
        if (n.IsZero)
        {
            return n;
        }

        var root = BigInteger.One << (int)((n.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + (n / root)) >> 1;
            if (next >= root)
            {
                return root;
            }

            root = next;
        }
    }

    private static bool[] PowersOf65537(int prime)
    {
        var powers = new bool[prime];
        for (var power = 1; !powers[power]; power = power * (65537 % prime) % prime)
        {
            powers[power] = true;
        }

        return powers;
    }

    private static bool IsPrime(int n) => !Enumerable.Range(2, Math.Max(0, (int)Math.Sqrt(n) - 1)).Any(d => n % d == 0);
}

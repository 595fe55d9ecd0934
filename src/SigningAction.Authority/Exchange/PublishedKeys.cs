using System.Collections.Frozen;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// Keys whose private half stands where everybody can read it or guess it: the examples of standards, which end up in programs, and the first few private keys there are.
/// A caller can prove possession of them, and so can everybody else.
/// </summary>
internal static class PublishedKeys
{
    private const int SmallScalars = 16;

    /// <summary>P-256 private keys: RFC 6979 (A.2.5), RFC 7515 (A.3), RFC 7517 (A.2).</summary>
    private static readonly string[] Scalars =
    [
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        "8E9B109E719098BF980487DF1F5D77E9CB29606EBED2263B5F57C213DF84F4B2",
        "F3BD0C07A81FB932781ED52752F60CC89A6BE5E51934FE01938DDB55D8F77801",
    ];

    /// <summary>SubjectPublicKeyInfo of Ed25519 keys: RFC 8032 (7.1, tests 1 and 2).</summary>
    private static readonly string[] Ed25519 =
    [
        "302A300506032B6570032100D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A",
        "302A300506032B65700321003D4017C3E843895A92B70AA74D1B7EBC9C982CCF2EC4968CC0CD55F12AF4660C",
    ];

    /// <summary>Orders of the groups (SP 800-186, section 3.2.1), hexadecimal.</summary>
    private static readonly (ECCurve Curve, string Order)[] Orders =
    [
        (ECCurve.NamedCurves.nistP256, "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"),
        (ECCurve.NamedCurves.nistP384, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973"),
        (ECCurve.NamedCurves.nistP521, "01FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409"),
    ];

    private static readonly Lazy<FrozenSet<Sha256Digest>> Known = new(() => Scalars
        .Select(scalar => SpkiOf(ECCurve.NamedCurves.nistP256, Convert.FromHexString(scalar)))
        .Concat(Orders.SelectMany(curve => SmallestOf(curve.Order).Select(scalar => SpkiOf(curve.Curve, scalar))))
        .Concat(Ed25519.Select(Convert.FromHexString))
        .Select(spki => Sha256Digest.Of(spki))
        .ToFrozenSet());

    /// <summary>Whether a key is one of them.</summary>
    /// <param name="id">SHA-256 of its SubjectPublicKeyInfo.</param>
    public static bool Contains(in Sha256Digest id) => Known.Value.Contains(id);

    /// <summary>The first private keys that there are, and the last, which have the same points upside down.</summary>
    private static IEnumerable<byte[]> SmallestOf(string order)
    {
        var n = BigInteger.Parse("0" + order, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var bytes = (order.Length + 1) / 2;
        return Enumerable.Range(1, SmallScalars).SelectMany(scalar => (BigInteger[])[scalar, n - scalar]).Select(scalar =>
        {
            var value = scalar.ToByteArray(isUnsigned: true, isBigEndian: true);
            return (byte[])[.. new byte[bytes - value.Length], .. value];
        });
    }

    private static byte[] SpkiOf(ECCurve curve, byte[] scalar)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = curve, D = scalar });
        return key.ExportSubjectPublicKeyInfo();
    }
}

using System.Collections.Frozen;
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

    private static readonly Lazy<FrozenSet<Sha256Digest>> Known = new(() => Scalars
        .Concat(Enumerable.Range(1, SmallScalars).Select(scalar => scalar.ToString("X64", System.Globalization.CultureInfo.InvariantCulture)))
        .Select(SpkiOf)
        .Concat(Ed25519.Select(Convert.FromHexString))
        .Select(spki => Sha256Digest.Of(spki))
        .ToFrozenSet());

    /// <summary>Whether a key is one of them.</summary>
    /// <param name="id">SHA-256 of its SubjectPublicKeyInfo.</param>
    public static bool Contains(in Sha256Digest id) => Known.Value.Contains(id);

    private static byte[] SpkiOf(string scalar)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Convert.FromHexString(scalar) });
        return key.ExportSubjectPublicKeyInfo();
    }
}

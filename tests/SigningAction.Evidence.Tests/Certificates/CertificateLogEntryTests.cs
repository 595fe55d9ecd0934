using System.Security.Cryptography;
using CsCheck;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class CertificateLogEntryTests
{
    private static readonly Sha256Digest IssuerKeyId = Sha256Digest.Of("issuer"u8);

    [Fact]
    public void The_tree_leaf_is_the_structure_of_rfc_6962()
    {
        byte[] expected = [0, 0, .. TimestampedEntryBytes()];
        Assert.Equal(expected, Entry().MerkleTreeLeaf());
    }

    [Fact]
    public void The_tile_leaf_is_the_structure_of_static_ct()
    {
        byte[] expected =
        [
            .. TimestampedEntryBytes(),
            0, 0, 7, .. "precert"u8, // ASN.1Cert pre_certificate
            0, 64, .. Sha256Digest.Of("a"u8).ToArray(), .. Sha256Digest.Of("b"u8).ToArray(), // Fingerprint certificate_chain<0..2^16-1>
        ];
        Assert.Equal(expected, Entry().TileLeaf());
    }

    [Fact]
    public void An_entry_comes_back_as_it_was_written() =>
        Gen.Select(Gen.Long[0, (1L << 40) - 1], Gen.Byte.Array[1, 400], Gen.Byte.Array[1, 400], Gen.Int[0, 4]).Sample((index, tbs, precertificate, issuers) =>
        {
            var hashes = Enumerable.Range(0, issuers).Select(i => Sha256Digest.Of([(byte)i])).ToArray();
            var entry = new CertificateLogEntry(CertificateForge.Start, index, IssuerKeyId, tbs, precertificate, hashes);
            var parsed = CertificateLogEntry.Parse(entry.TileLeaf());
            Assert.Equal(entry.TileLeaf(), parsed.TileLeaf());
            Assert.Equal(entry.MerkleTreeLeaf(), parsed.MerkleTreeLeaf());
            Assert.Equal(index, parsed.LeafIndex);
            Assert.Equal(tbs, parsed.PrecertificateTbs.ToArray());
            Assert.Equal(precertificate, parsed.Precertificate.ToArray());
            Assert.Equal(hashes, parsed.Issuers);
        }, iter: 200);

    [Fact]
    public void A_tile_is_its_entries_one_after_the_other()
    {
        var tile = Enumerable.Range(0, 256).SelectMany(i => Entry(i).TileLeaf()).ToArray();
        Assert.Equal(Enumerable.Range(0, 256).Select(i => (long)i), CertificateLogEntry.ParseTile(tile).Select(e => e.LeafIndex));
        Refusal.Is(FailureCode.TooMany, () => CertificateLogEntry.ParseTile([.. tile, .. Entry().TileLeaf()]));
        Malformed(() => CertificateLogEntry.ParseTile([]));
    }

    [Fact]
    public void The_timestamp_in_the_certificate_signs_exactly_the_leaf_of_the_tree()
    {
        using var authority = new TestAuthority();
        using var key = TestAuthority.NewKey();
        var precertificate = authority.Precertificate(VerificationKey.Of(key));
        var sct = authority.Sct(precertificate, 9);
        var entry = new CertificateLogEntry(
            sct.Time, 9, precertificate.IssuerKeyId, precertificate.Tbs.Span, precertificate.RawBytes.Span, [Sha256Digest.Of(authority.Intermediate.RawBytes.Span)]);
        Assert.Equal(sct.SignedData(precertificate.IssuerKeyId, precertificate.Tbs.Span), entry.MerkleTreeLeaf());
    }

    [Fact]
    public void Every_truncation_and_every_byte_too_many_is_refused()
    {
        var bytes = Entry().TileLeaf();
        for (var length = 0; length < bytes.Length; length++)
        {
            Malformed(() => CertificateLogEntry.Parse(bytes.AsSpan(0, length)));
        }

        Malformed(() => CertificateLogEntry.Parse([.. bytes, 0]));
    }

    [Fact]
    public void An_entry_of_another_kind_is_refused()
    {
        var bytes = Entry().TileLeaf();
        bytes[9] = 0; // x509_entry
        Refusal.Is(FailureCode.LogEntryUnsupported, () => CertificateLogEntry.Parse(bytes));
    }

    [Fact]
    public void An_entry_without_a_leaf_index_is_refused()
    {
        var bytes = Entry().TileLeaf();
        var offset = TimestampedEntryBytes().Length - 10;
        Malformed(() => CertificateLogEntry.Parse([.. bytes.AsSpan(0, offset), 0, 0, .. bytes.AsSpan(offset + 10)]));
    }

    [Fact]
    public void No_byte_can_change_and_the_entry_stay_the_same()
    {
        var bytes = Entry().TileLeaf();
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 0x40;
            try
            {
                Assert.Equal(changed, CertificateLogEntry.Parse(changed).TileLeaf());
            }
            catch (EvidenceException e)
            {
                Assert.Contains(e.Code, new[] { FailureCode.LogEntryMalformed, FailureCode.LogEntryUnsupported });
            }
        }
    }

    private static CertificateLogEntry Entry(long index = 0x0102030405) => new(
        CertificateForge.Start, index, IssuerKeyId, "tbs"u8, "precert"u8, [Sha256Digest.Of("a"u8), Sha256Digest.Of("b"u8)]);

    private static byte[] TimestampedEntryBytes() =>
    [
        .. BitConverter.GetBytes(CertificateForge.Start.ToUnixTimeMilliseconds()).Reverse(),
        0, 1, // precert_entry
        .. IssuerKeyId.ToArray(),
        0, 0, 3, .. "tbs"u8,
        0, 8, 0, 0, 5, 1, 2, 3, 4, 5,
    ];

    private static void Malformed(Action act) => Refusal.Is(FailureCode.LogEntryMalformed, act);
}

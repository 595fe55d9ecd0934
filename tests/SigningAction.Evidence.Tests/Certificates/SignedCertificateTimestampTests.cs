using System.Security.Cryptography;
using CsCheck;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class SignedCertificateTimestampTests : IDisposable
{
    private static readonly Sha256Digest IssuerKeyId = Sha256Digest.Of("issuer"u8);
    private readonly ECDsa _key = TestAuthority.NewKey();
    private readonly VerificationKey _log;

    public SignedCertificateTimestampTests() => _log = VerificationKey.Of(_key);

    public void Dispose() => _key.Dispose();

    public static byte[] ExtensionValue()
    {
        using var key = TestAuthority.NewKey();
        var sct = SignedCertificateTimestamp.Sign(key, VerificationKey.Of(key).Id, IssuerKeyId, "tbs"u8, CertificateForge.Start, 1);
        return SignedCertificateTimestamp.EncodeExtension([sct]);
    }

    [Fact]
    public void A_timestamp_comes_back_as_it_was_made() =>
        Gen.Select(Gen.Long[0, (1L << 40) - 1], Gen.Long[0, 253402300799999], Gen.Byte.Array[0, 300]).Sample((index, milliseconds, tbs) =>
        {
            var sct = SignedCertificateTimestamp.Sign(
                _key, _log.Id, IssuerKeyId, tbs, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), index);
            var parsed = Assert.Single(SignedCertificateTimestamp.ParseExtension(SignedCertificateTimestamp.EncodeExtension([sct])));
            Assert.Equal(sct.Encode(), parsed.Encode());
            Assert.Equal(index, parsed.LeafIndex);
            Assert.Equal(milliseconds, parsed.Time.ToUnixTimeMilliseconds());
            Assert.Equal(_log.Id, parsed.LogId);
            Assert.Equal(8, parsed.Extensions.Length);
            Assert.True(parsed.Verify(_log, IssuerKeyId, tbs));
        }, iter: 100);

    [Fact]
    public void What_is_signed_is_the_structure_of_rfc_6962()
    {
        var sct = Sign(index: 0x0102030405);
        byte[] expected =
        [
            0, 0, // version v1, signature_type certificate_timestamp
            .. BitConverter.GetBytes(CertificateForge.Start.ToUnixTimeMilliseconds()).Reverse(),
            0, 1, // precert_entry
            .. IssuerKeyId.ToArray(),
            0, 0, 3, .. "tbs"u8, // opaque TBSCertificate<1..2^24-1>
            0, 8, 0, 0, 5, 1, 2, 3, 4, 5, // CtExtensions with a leaf_index
        ];
        Assert.Equal(expected, sct.SignedData(IssuerKeyId, "tbs"u8));
    }

    [Fact]
    public void Another_issuer_certificate_or_log_does_not_verify()
    {
        using var other = TestAuthority.NewKey();
        Assert.False(Sign().Verify(_log, Sha256Digest.Of("other"u8), "tbs"u8));
        Assert.False(Sign().Verify(_log, IssuerKeyId, "tbt"u8));
        Assert.False(Sign().Verify(VerificationKey.Of(other), IssuerKeyId, "tbs"u8));
    }

    [Fact]
    public void No_byte_can_change_and_the_signature_still_verify()
    {
        var bytes = Sign().Encode();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = (byte[])bytes.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.False(SignedCertificateTimestamp.Parse(changed).Verify(_log, IssuerKeyId, "tbs"u8), $"bit {bit}");
            }
            catch (EvidenceException e)
            {
                Assert.Equal(FailureCode.SctMalformed, e.Code);
            }
        }
    }

    [Fact]
    public void Every_truncation_and_every_byte_too_many_is_refused()
    {
        var bytes = Sign().Encode();
        for (var length = 0; length < bytes.Length; length++)
        {
            Malformed(() => SignedCertificateTimestamp.Parse(bytes.AsSpan(0, length)));
        }

        Malformed(() => SignedCertificateTimestamp.Parse([.. bytes, 0]));
        var list = List(bytes);
        Malformed(() => SignedCertificateTimestamp.ParseList([.. list, 0]));
        Malformed(() => SignedCertificateTimestamp.ParseList(list.AsSpan(0, list.Length - 1)));
        Malformed(() => SignedCertificateTimestamp.ParseExtension(list));
    }

    [Fact]
    public void An_empty_list_is_refused() => Malformed(() => SignedCertificateTimestamp.ParseList([0, 0]));

    [Fact]
    public void Too_many_timestamps_are_refused()
    {
        var scts = Enumerable.Repeat(Sign(), Limits.Scts + 1).ToList();
        Refusal.Is(FailureCode.TooMany, () => SignedCertificateTimestamp.ParseExtension(SignedCertificateTimestamp.EncodeExtension(scts)));
        Assert.Equal(Limits.Scts, SignedCertificateTimestamp.ParseExtension(SignedCertificateTimestamp.EncodeExtension(scts[1..])).Count);
    }

    [Theory]
    [InlineData(0, 1)] // another version
    [InlineData(51, 2)] // SHA-1
    [InlineData(52, 2)] // DSA
    public void Another_version_or_algorithm_is_refused(int offset, byte value)
    {
        var bytes = Sign().Encode();
        Assert.Equal([4, 3], bytes[51..53]);
        bytes[offset] = value;
        Malformed(() => SignedCertificateTimestamp.Parse(bytes));
    }

    [Fact]
    public void A_time_after_the_year_9999_is_refused()
    {
        var bytes = Sign().Encode();
        Array.Fill(bytes, (byte)0xff, 33, 8);
        Malformed(() => SignedCertificateTimestamp.Parse(bytes));
    }

    [Theory]
    [InlineData("", null)] // RFC 6962 logs
    [InlineData("0000050000000007", 7L)]
    [InlineData("00000500FFFFFFFF", 0xffffffffL)]
    [InlineData("010001AA0000050000000007", 7L)] // order does not matter, other types are passed over
    [InlineData("00000500000000070000050000000007", null)] // twice
    [InlineData("00000400000007", null)] // of another length
    [InlineData("DEADBEEF", null)] // opaque
    public void The_leaf_index_is_read_from_the_extensions_of_static_ct(string extensions, long? index)
    {
        var field = Convert.FromHexString(extensions);
        var bytes = Sign().Encode();
        byte[] changed = [.. bytes.AsSpan(0, 41), 0, (byte)field.Length, .. field, .. bytes.AsSpan(51)];
        var sct = SignedCertificateTimestamp.Parse(changed);
        Assert.Equal(index, sct.LeafIndex);
        Assert.Equal(changed, sct.Encode());
    }

    [Theory]
    [InlineData(-1L)]
    [InlineData(1L << 40)]
    public void An_index_that_does_not_fit_is_never_written(long index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Sign(index));

    [Fact]
    public void The_answer_of_a_log_is_the_timestamp_that_it_would_embed()
    {
        var sct = Sign();
        Assert.Equal(sct.Encode(), SignedCertificateTimestamp.ParseAnswer(Utf8(Answer(sct))).Encode());
        Assert.Equal(sct.Encode(), SignedCertificateTimestamp.ParseAnswer(Utf8(Answer(sct).Replace("{", "{\"later\":1,", StringComparison.Ordinal))).Encode());
    }

    [Theory]
    [InlineData("\"sct_version\":0", "\"sct_version\":1")]
    [InlineData("\"sct_version\":0", "\"version\":0")]
    [InlineData("\"sct_version\":0", "\"sct_version\":0,\"sct_version\":0")]
    [InlineData("\"id\":\"", "\"id\":\"AAAA")]
    [InlineData("\"timestamp\":", "\"timestamp\":-")]
    [InlineData("\"timestamp\":", "\"timestamp\":0.")]
    [InlineData("\"timestamp\":", "\"timestamp\":253402300800000,\"x\":")]
    [InlineData("\"extensions\":", "\"extensions\":null,\"x\":")]
    [InlineData("\"signature\":\"", "\"signature\":\"AAAA")]
    [InlineData("\"signature\":\"", "\"signature\":\" ")]
    [InlineData("\"signature\":\"", "\"signature\":\"\\ud800")]
    [InlineData("{", "[")]
    [InlineData("{", "null{")]
    public void An_answer_that_is_not_one_whole_timestamp_is_refused(string part, string replacement) =>
        Malformed(() => SignedCertificateTimestamp.ParseAnswer(Utf8(Answer(Sign()).Replace(part, replacement, StringComparison.Ordinal))));

    [Fact]
    public void An_answer_beyond_its_cap_is_refused() =>
        Malformed(() => SignedCertificateTimestamp.ParseAnswer(Utf8(Answer(Sign()) + new string(' ', Limits.DetachedSctBytes))));

    /// <summary>By hand, as RFC 6962, section 4.1, has it.</summary>
    private static string Answer(SignedCertificateTimestamp sct) => FormattableString.Invariant(
        $"{{\"sct_version\":0,\"id\":\"{Convert.ToBase64String(sct.LogId.Span)}\",\"timestamp\":{sct.Time.ToUnixTimeMilliseconds()},\"extensions\":\"{Convert.ToBase64String(sct.Extensions.Span)}\",\"signature\":\"{Convert.ToBase64String([4, 3, 0, (byte)sct.Signature.Length, .. sct.Signature.Span])}\"}}");

    private static byte[] Utf8(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private SignedCertificateTimestamp Sign(long index = 5) =>
        SignedCertificateTimestamp.Sign(_key, _log.Id, IssuerKeyId, "tbs"u8, CertificateForge.Start, index);

    private static byte[] List(byte[] sct) =>
        [(byte)((sct.Length + 2) >> 8), (byte)(sct.Length + 2), (byte)(sct.Length >> 8), (byte)sct.Length, .. sct];

    private static void Malformed(Action act) => Refusal.Is(FailureCode.SctMalformed, act);
}

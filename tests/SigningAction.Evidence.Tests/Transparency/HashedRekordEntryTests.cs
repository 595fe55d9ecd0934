using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Transparency;

public sealed class HashedRekordEntryTests
{
    private const string Body =
        """{"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{"data":{"algorithm":"SHA2_256","digest":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},"signature":{"content":"+/+/","verifier":{"keyDetails":"PKIX_ECDSA_P256_SHA_256","x509Certificate":{"rawBytes":"AQID"}}}}}}""";

    [Fact]
    public void The_body_is_the_canonical_JSON_of_the_specification()
    {
        var entry = new HashedRekordEntry(new byte[32], new byte[] { 0xfb, 0xff, 0xbf }, new byte[] { 1, 2, 3 }, isCertificate: true, "PKIX_ECDSA_P256_SHA_256");
        Assert.Equal(Body, System.Text.Encoding.UTF8.GetString(entry.CanonicalBody()));
    }

    [Theory]
    [InlineData(32, "SHA2_256")]
    [InlineData(48, "SHA2_384")]
    [InlineData(64, "SHA2_512")]
    public void A_body_comes_back_with_a_certificate_and_with_a_key(int bytes, string algorithm)
    {
        foreach (var isCertificate in new[] { true, false })
        {
            var body = new HashedRekordEntry(new byte[bytes], new byte[] { 9 }, new byte[] { 1, 2 }, isCertificate, "PKIX_ECDSA_P384_SHA_384").CanonicalBody();
            var entry = HashedRekordEntry.ParseCanonicalBody(body);
            Assert.Contains(algorithm, System.Text.Encoding.UTF8.GetString(body), StringComparison.Ordinal);
            Assert.Equal((bytes, isCertificate), (entry.Digest.Length, entry.IsCertificate));
            Assert.Equal(body, entry.CanonicalBody());
        }
    }

    [Theory]
    [InlineData("{\"apiVersion\"", "{ \"apiVersion\"")]
    [InlineData("\"0.0.2\"", "\"0.0.1\"")]
    [InlineData("\"kind\":\"hashedrekord\",", "")]
    [InlineData("\"kind\":", "\"extra\":1,\"kind\":")]
    [InlineData("SHA2_256", "SHA2_384")]
    [InlineData("+/+/", "-_-_")]
    [InlineData("AQID", "AQID\\n")]
    [InlineData("keyDetails\":\"PKIX", "keyDetails\":\"\\u0050KIX")]
    [InlineData("PKIX_ECDSA_P256_SHA_256", "x\\\"y")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAAA")]
    [InlineData("x509Certificate", "publicKey2")]
    public void Any_other_bytes_are_refused(string from, string to) => Refusal.Is(
        FailureCode.LogEntryMalformed,
        () => HashedRekordEntry.ParseCanonicalBody(System.Text.Encoding.UTF8.GetBytes(Body.Replace(from, to, StringComparison.Ordinal))));

    [Fact]
    public void A_body_longer_than_a_log_entry_is_refused() =>
        Refusal.Is(FailureCode.LogEntryMalformed, () => HashedRekordEntry.ParseCanonicalBody(new byte[Limits.LogEntryBytes + 1]));
}

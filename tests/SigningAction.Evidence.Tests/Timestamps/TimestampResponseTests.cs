using System.Formats.Asn1;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Tests.Certificates;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Timestamps;

public sealed class TimestampResponseTests
{
    [Theory]
    [InlineData(TimestampRefusal.BadAlgorithm, 0)]
    [InlineData(TimestampRefusal.BadRequest, 2)]
    [InlineData(TimestampRefusal.BadDataFormat, 5)]
    [InlineData(TimestampRefusal.TimeNotAvailable, 14)]
    [InlineData(TimestampRefusal.UnacceptedPolicy, 15)]
    [InlineData(TimestampRefusal.UnacceptedExtension, 16)]
    [InlineData(TimestampRefusal.SystemFailure, 25)]
    public void A_rejection_says_why_by_the_bit_of_rfc_3161(TimestampRefusal refusal, int bit)
    {
        var der = TimestampResponse.Reject(refusal, "because");
        var info = new AsnReader(der, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        Assert.Equal(2, (int)info.ReadInteger());
        Assert.Equal("because", info.ReadSequence().ReadCharacterString(UniversalTagNumber.UTF8String));
        var bits = info.ReadNamedBitList();
        Assert.Equal([bit], Enumerable.Range(0, bits.Length).Where(i => bits[i]));

        var parsed = TimestampResponse.Parse(der);
        Assert.False(parsed.IsGranted);
        Assert.Equal((2, "because", true), (parsed.Status, parsed.Text, parsed.Token.IsEmpty));
        Refusal.Is(FailureCode.TimestampMalformed, () => TimestampToken.Parse(der));
    }

    [Fact]
    public void No_reason_is_no_rejection() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TimestampResponse.Reject(TimestampRefusal.None, "x"));

    [Fact]
    public void A_granted_response_without_a_token_is_refused() => Malformed([0x30, 5, 0x30, 3, 2, 1, 0]);

    [Fact]
    public void A_refused_response_with_a_token_is_refused()
    {
        using var authority = new TestTimestampAuthority();
        Malformed(new TimestampForge(authority.Leaf, authority.Key) { Status = 2 }.Build());
    }

    [Fact]
    public void A_granted_response_with_a_failure_is_refused()
    {
        Malformed(CertificateForge.Der(w =>
        {
            using (w.PushSequence())
            {
                using (w.PushSequence())
                {
                    w.WriteInteger(0);
                    w.WriteBitString([0x80], 7);
                }

                using (w.PushSequence())
                {
                }
            }
        }));
    }

    [Fact]
    public void A_byte_after_the_response_is_refused()
    {
        using var authority = new TestTimestampAuthority();
        Malformed([.. authority.Stamp("x"u8), 0]);
    }

    [Fact]
    public void A_response_over_its_cap_is_refused() =>
        Refusal.Is(FailureCode.TooLarge, () => TimestampResponse.Parse(new byte[Limits.TimestampResponseBytes + 1]));

    private static void Malformed(byte[] der) => Refusal.Is(FailureCode.TimestampMalformed, () => TimestampResponse.Parse(der));
}

using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Tests.Certificates;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Timestamps;

public sealed class TimestampTokenTests : IDisposable
{
    private readonly TestTimestampAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void A_forged_token_without_a_fault_parses()
    {
        var token = TimestampToken.Parse(Forge().Build());
        Assert.Equal("1.3.6.1.4.1.57264.2", token.Policy);
        Assert.Equal([77], token.Serial.ToArray());
        Assert.Equal(CertificateForge.Start.AddMinutes(1), token.ClaimedTime);
        Assert.True(token.Nonce.IsEmpty);
    }

    [Fact]
    public void A_fraction_of_a_second_is_kept() => Assert.Equal(
        CertificateForge.Start.AddMilliseconds(250),
        TimestampToken.Parse(Forge().With(f => f.Time = CertificateForge.Start.AddMilliseconds(250)).Build()).ClaimedTime);

    [Fact]
    public void Two_signers_or_none_are_refused()
    {
        Malformed(f => f.Signers = 2);
        Malformed(f => f.Signers = 0);
    }

    [Fact]
    public void Another_kind_of_content_is_refused()
    {
        Malformed(f => f.ContentInfoType = "1.2.840.113549.1.7.1");
        Malformed(f => f.ContentType = "1.2.840.113549.1.7.1");
        Malformed(f => f.AttributeContentType = "1.2.840.113549.1.7.1");
        Malformed(f => f.AttributeContentType = null);
    }

    [Fact]
    public void Another_version_is_refused()
    {
        Malformed(f => f.Version = 1);
        Malformed(f => f.InfoVersion = 2);
    }

    [Fact]
    public void A_hash_that_is_not_accepted_is_refused_wherever_it_stands()
    {
        const string Sha1 = "1.3.14.3.2.26";
        Malformed(f => (f.ImprintHash, f.Digest) = (Sha1, new byte[20]));
        Malformed(f => (f.DigestAlgorithm, f.AnnouncedAlgorithm) = (Sha1, Sha1));
    }

    [Fact]
    public void A_digest_of_another_length_than_its_hash_is_refused() => Malformed(f => f.Digest = new byte[64]);

    [Fact]
    public void An_announced_hash_other_than_the_signers_is_refused() => Malformed(f => f.AnnouncedAlgorithm = "2.16.840.1.101.3.4.2.2");

    [Fact]
    public void What_nobody_signed_is_refused()
    {
        Malformed(f => f.WithUnsignedAttributes = true);
        Malformed(f => f.WithRevocationLists = true);
    }

    [Fact]
    public void A_critical_extension_of_the_content_is_refused() => Malformed(f => f.InfoExtension = CertificateForge.Extension("1.2.3", true, [5, 0]));

    [Fact]
    public void An_attribute_that_comes_twice_is_refused() => Malformed(f =>
        f.ExtraAttribute = TimestampForge.Attribute("1.2.840.113549.1.9.3", w => w.WriteObjectIdentifier(TimestampForge.TstInfo)));

    [Fact]
    public void More_certificates_than_the_cap_are_refused()
    {
        var forge = Forge();
        for (var i = 0; i <= Limits.TimestampCertificates; i++)
        {
            forge.Certificates.Add(_authority.Leaf.RawBytes.ToArray());
        }

        Refusal.Is(FailureCode.TooMany, () => TimestampToken.Parse(forge.Build()));
    }

    [Fact]
    public void A_certificate_choice_that_is_no_certificate_is_refused() => Malformed(f => f.Certificates.Add([0xa1, 0]));

    [Fact]
    public void A_fresh_token_answers_its_own_request_and_no_other()
    {
        var request = TimestampRequest.ForSignature("x"u8);
        var token = TimestampToken.Parse(_authority.Signer.Stamp(request, CertificateForge.Start, CertificateSerial.Create()));
        Assert.True(token.Answers(request));
        Assert.False(token.Answers(TimestampRequest.ForSignature("x"u8)));
        Assert.False(token.Answers(new TimestampRequest(request.Hash, request.Digest.Span, [], requestCertificate: true)));
        Assert.False(token.Answers(new TimestampRequest(request.Hash, new byte[32], request.Nonce.Span, requestCertificate: true)));
        Assert.False(token.Answers(new TimestampRequest(request.Hash, request.Digest.Span, request.Nonce.Span, requestCertificate: true, policy: "1.2.3")));
    }

    private TimestampForge Forge() => new(_authority.Leaf, _authority.Key);

    private void Malformed(Action<TimestampForge> change) =>
        Refusal.Is(FailureCode.TimestampMalformed, () => TimestampToken.Parse(Forge().With(change).Build()));
}

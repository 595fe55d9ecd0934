using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class SigningCertificateTests : IDisposable
{
    private readonly ECDsa _key = TestAuthority.NewKey();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_leaf_without_code_signing_is_refused()
    {
        Profile(Leaf().Without("2.5.29.37"));
        Profile(Leaf().WithExtension(CertificateForge.ExtendedKeyUsage("1.3.6.1.5.5.7.3.1")));
    }

    [Fact]
    public void A_leaf_for_any_usage_is_refused()
    {
        Profile(Leaf().WithExtension(CertificateForge.ExtendedKeyUsage(CertificateForge.CodeSigning, "2.5.29.37.0")));
        Profile(Leaf().WithExtension(CertificateForge.ExtendedKeyUsage("2.5.29.37.0")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_leaf_that_is_an_authority_is_refused(bool critical) =>
        Profile(Leaf().WithExtension(CertificateForge.BasicConstraints(true, critical: critical)));

    [Fact]
    public void A_leaf_that_says_that_it_is_no_authority_is_taken() =>
        Assert.NotNull(Parse(Leaf().WithExtension(CertificateForge.BasicConstraints(false))));

    [Fact]
    public void A_leaf_with_key_cert_sign_is_refused() => Profile(Leaf().WithExtension(CertificateForge.KeyUsage(0x84, 2)));

    [Fact]
    public void A_leaf_without_digital_signature_is_refused()
    {
        Profile(Leaf().WithExtension(CertificateForge.KeyUsage(0x40, 6)));
        Profile(Leaf().Without("2.5.29.15"));
    }

    [Fact]
    public void A_leaf_without_a_subject_alternative_name_is_refused() => Profile(Leaf().Without("2.5.29.17"));

    [Fact]
    public void A_leaf_with_two_subject_alternative_names_is_refused() =>
        Profile(Leaf().WithExtension(CertificateForge.SanUri("https://a.example", "https://b.example")));

    [Fact]
    public void A_leaf_with_an_empty_subject_alternative_name_is_refused()
    {
        Profile(Leaf().WithExtension(CertificateForge.SanUri(string.Empty)));
        Malformed(Leaf().WithExtension(CertificateForge.SanUri()));
    }

    [Fact]
    public void A_control_character_in_the_name_is_refused() => Profile(Leaf().WithExtension(CertificateForge.SanUri("https://a.example/\nb")));

    [Fact]
    public void A_subject_alternative_name_of_another_kind_is_refused()
    {
        Profile(Leaf().WithExtension(CertificateForge.San(true, w =>
            w.WriteCharacterString(UniversalTagNumber.IA5String, "example.com", new Asn1Tag(TagClass.ContextSpecific, 2)))));
        Profile(Leaf().WithExtension(OtherName("1.2.3.4", "x")));
    }

    [Fact]
    public void An_uncritical_name_beside_an_empty_subject_is_refused_and_beside_a_subject_taken()
    {
        var uncritical = CertificateForge.San(false, w =>
            w.WriteCharacterString(UniversalTagNumber.IA5String, "https://a.example", new Asn1Tag(TagClass.ContextSpecific, 6)));
        Profile(Leaf().WithExtension(uncritical));
        Assert.NotNull(Parse(Leaf().With(f => f.Subject = CertificateForge.Name("x")).WithExtension(uncritical)));
    }

    [Fact]
    public void The_three_kinds_of_names_are_read()
    {
        Assert.Equal(new SubjectAlternativeName(SubjectAlternativeNameKind.Uri, "https://example.com/w@refs/heads/main"), Parse(Leaf()).SubjectAlternativeName);
        Assert.Equal(
            new SubjectAlternativeName(SubjectAlternativeNameKind.Email, "a@b.example"),
            Parse(Leaf().WithExtension(CertificateForge.San(true, w =>
                w.WriteCharacterString(UniversalTagNumber.IA5String, "a@b.example", new Asn1Tag(TagClass.ContextSpecific, 1))))).SubjectAlternativeName);
        Assert.Equal(
            new SubjectAlternativeName(SubjectAlternativeNameKind.UserName, "user!domain"),
            Parse(Leaf().WithExtension(OtherName("1.3.6.1.4.1.57264.1.7", "user!domain"))).SubjectAlternativeName);
    }

    [Fact]
    public void Two_issuers_that_differ_are_refused() => Profile(Leaf().WithExtension(CertificateForge.Sigstore(8, "https://other.example")));

    [Fact]
    public void Either_issuer_alone_is_enough()
    {
        Assert.Equal("https://issuer.example", Parse(Leaf()).Identity!.Issuer);
        var newer = Leaf().Without("1.3.6.1.4.1.57264.1.1").WithExtension(CertificateForge.Sigstore(8, "https://new.example"));
        Assert.Equal("https://new.example", Parse(newer).Identity!.Issuer);
    }

    [Fact]
    public void Without_an_issuer_there_is_no_identity() => Assert.Null(Parse(Leaf().Without("1.3.6.1.4.1.57264.1.1")).Identity);

    [Fact]
    public void The_deprecated_extensions_stand_in_where_the_newer_ones_are_missing()
    {
        var old = Leaf()
            .WithExtension(CertificateForge.Sigstore(2, "push"))
            .WithExtension(CertificateForge.Sigstore(3, "abc"))
            .WithExtension(CertificateForge.Sigstore(6, "refs/heads/main"));
        var identity = Parse(old).Identity!;
        Assert.Equal(("push", "abc", "refs/heads/main"), (identity.Event, identity.SourceDigest, identity.SourceRef));
        Assert.Equal("new", Parse(old.WithExtension(CertificateForge.Sigstore(13, "new"))).Identity!.SourceDigest);
    }

    [Fact]
    public void Extensions_of_a_later_day_are_tolerated() =>
        Assert.NotNull(Parse(Leaf().WithExtension(CertificateForge.Extension("1.3.6.1.4.1.57264.1.99", false, [0xff]))));

    [Fact]
    public void An_identity_extension_that_is_not_utf8_is_refused()
    {
        Malformed(Leaf().WithExtension(CertificateForge.Extension("1.3.6.1.4.1.57264.1.5", false, [0xff])));
        Malformed(Leaf().WithExtension(CertificateForge.Extension("1.3.6.1.4.1.57264.1.12", false, [0x0c, 1, 0xff])));
        Malformed(Leaf().WithExtension(CertificateForge.Extension("1.3.6.1.4.1.57264.1.12", false, [0x0c, 1, 0x41, 0])));
        Malformed(Leaf().WithExtension(CertificateForge.Extension("1.3.6.1.4.1.57264.1.12", false, [0x13, 1, 0x41])));
    }

    [Fact]
    public void A_key_that_is_not_accepted_is_refused()
    {
        using var k1 = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        Refusal.Is(FailureCode.KeyUnsupported, () => Parse(CertificateForge.Leaf(k1)));
    }

    [Fact]
    public void The_precertificate_is_the_certificate_without_the_timestamps_byte_by_byte()
    {
        var forge = Leaf();
        var without = forge.Tbs();
        var sct = CertificateForge.Extension("1.3.6.1.4.1.11129.2.4.2", false, SignedCertificateTimestampTests.ExtensionValue());
        foreach (var position in new[] { 0, 2, forge.Extensions.Count })
        {
            forge.Extensions.Insert(position, sct);
            Assert.Equal(without, Parse(forge).PrecertificateTbs.ToArray());
            forge.Extensions.RemoveAt(position);
        }
    }

    [Fact]
    public void Every_leaf_of_the_public_instances_parses()
    {
        var count = 0;
        foreach (var der in SharedCertificates.Leaves())
        {
            var leaf = SigningCertificate.Parse(der);
            Assert.Equal(der, leaf.RawBytes.ToArray());
            Assert.StartsWith("https://", leaf.Identity!.Issuer, StringComparison.Ordinal);
            Assert.Equal(leaf.SubjectAlternativeName.Value, leaf.Identity.SignerUri);
            Assert.NotEmpty(leaf.Scts);
            count++;
        }

        Assert.InRange(count, 10, 100);
    }

    [Fact]
    public void A_key_at_hand_is_taken_only_when_it_is_the_certificates()
    {
        using var other = TestAuthority.NewKey();
        var der = Leaf().Sign(_key);
        var own = SigningCertificate.Parse(der).Key;
        var stranger = VerificationKey.Of(other);
        Assert.Same(own, SigningCertificate.Parse(der, own).Key);
        Assert.Equal(own, SigningCertificate.Parse(der, stranger).Key);
    }

    private CertificateForge Leaf() => CertificateForge.Leaf(_key);

    private SigningCertificate Parse(CertificateForge forge) => SigningCertificate.Parse(forge.Sign(_key));

    private void Profile(CertificateForge forge) => Refusal.Is(FailureCode.CertificateProfile, () => Parse(forge));

    private void Malformed(CertificateForge forge) => Refusal.Is(FailureCode.CertificateMalformed, () => Parse(forge));

    private static byte[] OtherName(string type, string value) => CertificateForge.San(true, w =>
    {
        using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        {
            w.WriteObjectIdentifier(type);
            using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                w.WriteCharacterString(UniversalTagNumber.UTF8String, value);
            }
        }
    });
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class SigningCertificateBuilderTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly ECDsa _key = TestAuthority.NewKey();
    private readonly VerificationKey _leafKey;

    public SigningCertificateBuilderTests() => _leafKey = VerificationKey.Of(_key);

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void A_certificate_says_exactly_the_identity_that_went_in()
    {
        var leaf = Issue(TestAuthority.Identity);
        Assert.Equal(TestAuthority.Identity, leaf.Identity);
        Assert.Equal(_leafKey, leaf.Key);
        Assert.Equal(TestAuthority.Now, leaf.NotBefore);
        Assert.Equal(TestAuthority.Now.AddMinutes(10), leaf.NotAfter);
        Assert.True(leaf.Certificate.Subject.IsEmpty);
        CertificatePath.Verify(leaf, _authority.Chain, TestAuthority.Now);
    }

    [Fact]
    public void Any_identity_comes_back_as_it_went_in()
    {
        var text = Gen.String[Gen.Char['!', '\u00ff'], 1, 40].Where(s => !s.Any(char.IsControl));
        var optional = Gen.OneOf(text.Select(s => (string?)s), Gen.Const((string?)null));
        Gen.Select(text, text, optional.Array[16]).Sample((issuer, subject, o) =>
        {
            var identity = new PipelineIdentity
            {
                Issuer = issuer,
                Subject = subject,
                SignerUri = "https://example.com/w",
                SignerDigest = o[0],
                RunnerEnvironment = o[1],
                RepositoryUri = o[2],
                SourceDigest = o[3],
                SourceRef = o[4],
                RepositoryId = o[5],
                OwnerUri = o[6],
                OwnerId = o[7],
                CallerUri = o[8],
                CallerDigest = o[9],
                Event = o[10],
                RunUri = o[11],
                Visibility = o[12],
                Environment = o[13],
                WorkflowName = o[14],
                RepositoryName = o[15],
            };
            Assert.Equal(identity, Issue(identity).Identity);
        }, iter: 50);
    }

    [Fact]
    public void A_value_of_any_length_comes_back_as_it_went_in()
    {
        // The lengths of DER take one octet up to 127, two up to 255 and three from there, at four depths of nesting.
        foreach (var length in (int[])[1, .. Enumerable.Range(95, 36), .. Enumerable.Range(220, 40), Limits.ClaimCharacters])
        {
            var identity = TestAuthority.Identity with { Environment = new string('x', length), WorkflowName = new string('y', length) };
            Assert.Equal(identity, Issue(identity).Identity);
        }
    }

    [Fact]
    public void Extensions_are_those_of_the_profile_in_ascending_order()
    {
        string[] expected =
        [
            "2.5.29.15", "2.5.29.37", "2.5.29.14", "2.5.29.35", "2.5.29.17",
            .. Enumerable.Range(1, 24).Where(n => n != 7).Select(n => $"1.3.6.1.4.1.57264.1.{n}"),
            "1.3.6.1.4.1.11129.2.4.2",
        ];
        var leaf = Issue(TestAuthority.Identity);
        Assert.Equal(expected, leaf.Extensions.Select(e => e.Oid));
        Assert.Equal(["2.5.29.15", "2.5.29.17"], leaf.Extensions.Where(e => e.IsCritical).Select(e => e.Oid));
        Assert.Equal(leaf.Certificate.AuthorityKeyId.ToArray(), _authority.Intermediate.SubjectKeyId.ToArray());
    }

    [Fact]
    public void Empty_values_are_left_out_and_the_deprecated_ones_are_for_github()
    {
        var leaf = Issue(new PipelineIdentity { Issuer = "https://i", Subject = "s", SignerUri = "https://w", Event = "push", SourceRef = string.Empty });
        Assert.Equal(["1", "8", "9", "20", "24"], leaf.Extensions.Where(e => e.Oid.StartsWith("1.3.6.1.4.1.57264.1.", StringComparison.Ordinal))
            .Select(e => e.Oid["1.3.6.1.4.1.57264.1.".Length..]));
    }

    [Fact]
    public void The_precertificate_is_the_certificate_with_poison_in_place_of_timestamps()
    {
        var precertificate = _authority.Precertificate(_leafKey);
        var leaf = SigningCertificate.Parse(_authority.Builder.Build(precertificate, [_authority.Sct(precertificate)]));
        Assert.Equal(precertificate.Tbs.ToArray(), leaf.PrecertificateTbs.ToArray());
        Assert.Equal(_authority.Intermediate.Key.Id, precertificate.IssuerKeyId);
        Refusal.Is(FailureCode.CertificateProfile, () => SigningCertificate.Parse(precertificate.RawBytes));
        using var platform = X509CertificateLoader.LoadCertificate(precertificate.RawBytes.Span);
        var poison = Assert.Single(platform.Extensions, e => e.Oid!.Value == "1.3.6.1.4.1.11129.2.4.3");
        Assert.True(poison.Critical);
        Assert.Equal([5, 0], poison.RawData);
        Assert.Equal(platform.Extensions[^1].Oid!.Value, poison.Oid!.Value);
    }

    [Fact]
    public void Times_are_rounded_down_to_the_second()
    {
        var now = TestAuthority.Now.AddMilliseconds(999);
        var precertificate = _authority.Builder.BuildPrecertificate(TestAuthority.Identity, _leafKey, CertificateSerial.Create(), now, now.AddMinutes(10));
        var leaf = SigningCertificate.Parse(_authority.Builder.Build(precertificate, [_authority.Sct(precertificate)]));
        Assert.Equal((TestAuthority.Now, TestAuthority.Now.AddMinutes(10)), (leaf.NotBefore, leaf.NotAfter));
    }

    [Fact]
    public void A_signer_outside_of_ascii_is_percent_encoded_in_the_name_and_whole_in_the_extension()
    {
        var leaf = Issue(TestAuthority.Identity with { SignerUri = "https://github.com/o/r/.github/workflows/a b.yml@refs/heads/é", Environment = "größe" });
        Assert.Equal("https://github.com/o/r/.github/workflows/a%20b.yml@refs/heads/%C3%A9", leaf.SubjectAlternativeName.Value);
        Assert.Equal("größe", leaf.Identity!.Environment);
        var extension = leaf.Extensions.Single(e => e.Oid == "1.3.6.1.4.1.57264.1.9").Value;
        Assert.EndsWith("refs/heads/é", System.Text.Encoding.UTF8.GetString(extension.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "s", "u")]
    [InlineData("i", "", "u")]
    [InlineData("i", "s", "")]
    public void An_identity_without_its_three_names_gets_no_certificate(string issuer, string subject, string signer) =>
        Assert.Throws<ArgumentException>(() => Issue(new PipelineIdentity { Issuer = issuer, Subject = subject, SignerUri = signer }));

    [Fact]
    public void A_certificate_never_outlives_its_issuer() =>
        Assert.Throws<ArgumentException>(() => _authority.Builder.BuildPrecertificate(
            TestAuthority.Identity, _leafKey, CertificateSerial.Create(), _authority.Intermediate.NotAfter.AddMinutes(-5), _authority.Intermediate.NotAfter.AddMinutes(5)));

    [Fact]
    public void A_certificate_without_a_timestamp_is_never_made() =>
        Assert.Throws<ArgumentException>(() => _authority.Builder.Build(_authority.Precertificate(_leafKey), []));

    [Fact]
    public void A_key_that_is_not_the_issuers_is_refused() =>
        Assert.Throws<ArgumentException>(() => new SigningCertificateBuilder(_authority.Intermediate, _key));

    [Fact]
    public void Serials_are_20_octets_positive_and_not_repeated()
    {
        var serials = Enumerable.Range(0, 200).Select(_ => CertificateSerial.Create()).ToList();
        Assert.All(serials, s => Assert.True(s.Length == Limits.SerialOctets && s[0] is >= 0x40 and < 0x80));
        Assert.Equal(serials.Count, serials.DistinctBy(Convert.ToHexString).Count());
    }

    [Fact]
    public void Serials_of_a_time_are_in_its_order_and_not_repeated()
    {
        var start = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
        var serials = Enumerable.Range(0, 200).Select(i => CertificateSerial.Create(start.AddMilliseconds(i))).ToList();
        Assert.All(serials, s => Assert.True(s.Length == Limits.SerialOctets && s[0] is > 0 and < 0x80));
        Assert.Equal(serials, serials.OrderBy(Convert.ToHexString, StringComparer.Ordinal));
        Assert.Equal(200, Enumerable.Range(0, 200).Select(_ => Convert.ToHexString(CertificateSerial.Create(start))).Distinct().Count());
    }

    [Fact]
    public void A_time_that_a_serial_cannot_carry_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CertificateSerial.Create(new DateTimeOffset(2004, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Throws<ArgumentOutOfRangeException>(() => CertificateSerial.Create(new DateTimeOffset(6430, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    private SigningCertificate Issue(PipelineIdentity identity) => SigningCertificate.Parse(_authority.Issue(_leafKey, identity));
}

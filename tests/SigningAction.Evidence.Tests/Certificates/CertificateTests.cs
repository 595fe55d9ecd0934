using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class CertificateTests : IDisposable
{
    private readonly ECDsa _key = TestAuthority.NewKey();

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_certificate_keeps_every_byte_and_says_what_the_platform_says()
    {
        var der = CertificateForge.Authority(_key, "CA", "CA", 3).WithExtension(CertificateForge.SubjectKeyId(1, 2)).Sign(_key);
        var ours = Certificate.Parse(der);
        using var theirs = X509CertificateLoader.LoadCertificate(der);
        Assert.Equal(der, ours.RawBytes.ToArray());
        Assert.Equal(theirs.SerialNumberBytes.ToArray(), ours.Serial.ToArray());
        Assert.Equal(theirs.NotBefore.ToUniversalTime(), ours.NotBefore.UtcDateTime);
        Assert.Equal(theirs.NotAfter.ToUniversalTime(), ours.NotAfter.UtcDateTime);
        Assert.Equal(theirs.SubjectName.RawData, ours.Subject.RawBytes.ToArray());
        Assert.Equal(theirs.IssuerName.RawData, ours.Issuer.RawBytes.ToArray());
        Assert.Equal(theirs.PublicKey.ExportSubjectPublicKeyInfo(), ours.Spki.ToArray());
        Assert.Equal(theirs.Extensions.Count, ours.Extensions.Count);
        Assert.True(ours.IsAuthority);
        Assert.Equal(3, ours.PathLength);
        Assert.Equal([1, 2], ours.SubjectKeyId.ToArray());
        Assert.Equal("CN=CA", ours.Subject.ToString());
        Assert.True(ours.IsSignedBy(ours));
    }

    [Fact]
    public void A_byte_after_the_certificate_is_refused() => Malformed([.. Leaf().Sign(_key), 0]);

    [Fact]
    public void A_length_that_is_not_minimal_is_refused()
    {
        var der = Leaf().Sign(_key);
        Assert.Equal(0x82, der[1]);
        Malformed([0x30, 0x83, 0, der[2], der[3], .. der.AsSpan(4)]);
    }

    [Fact]
    public void An_indefinite_length_is_refused()
    {
        var der = Leaf().Sign(_key);
        Malformed([0x30, 0x80, .. der.AsSpan(4), 0, 0]);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var der = Leaf().Sign(_key);
        for (var length = 0; length < der.Length; length++)
        {
            Malformed(der[..length]);
        }
    }

    /// <summary>Either it does not parse, or it is another certificate whose signature does not verify: nothing in between.</summary>
    [Fact]
    public void No_bit_can_change_and_the_signature_still_verify()
    {
        var issuer = Certificate.Parse(CertificateForge.Authority(_key, "Forged CA", "Forged CA").Sign(_key));
        var der = Leaf().Sign(_key);
        Assert.True(Certificate.Parse(der).IsSignedBy(issuer));
        for (var bit = 0; bit < der.Length * 8; bit++)
        {
            var changed = (byte[])der.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                Assert.False(Certificate.Parse(changed).IsSignedBy(issuer), $"bit {bit}");
            }
            catch (EvidenceException e)
            {
                Assert.Contains(e.Code, new[] { FailureCode.CertificateMalformed, FailureCode.CertificateProfile });
            }
        }
    }

    [Fact]
    public void An_extension_that_comes_twice_is_refused() =>
        Malformed(Leaf().With(f => f.Extensions.Add(CertificateForge.Issuer1("https://other.example"))).Sign(_key));

    [Fact]
    public void An_unknown_critical_extension_is_refused() =>
        Profile(Leaf().WithExtension(CertificateForge.Extension("1.2.3.4", true, [5, 0])).Sign(_key));

    [Fact]
    public void A_precertificate_is_no_certificate() =>
        Profile(Leaf().WithExtension(CertificateForge.Extension("1.3.6.1.4.1.11129.2.4.3", true, [5, 0])).Sign(_key));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Name_constraints_are_refused_critical_or_not(bool critical) =>
        Profile(CertificateForge.Authority(_key, "CA", "CA").WithExtension(CertificateForge.Extension("2.5.29.30", critical, [0x30, 0])).Sign(_key));

    [Theory]
    [InlineData("00")]
    [InlineData("80")]
    [InlineData("FF")]
    [InlineData("010203040506070809101112131415161718192021")]
    public void A_serial_that_is_not_positive_or_over_20_octets_is_refused(string serial) =>
        Profile(Leaf().With(f => f.Serial = Convert.FromHexString(serial)).Sign(_key));

    [Fact]
    public void A_serial_of_20_octets_is_taken() =>
        Assert.Equal(20, Certificate.Parse(Leaf().With(f => f.Serial = [0x7f, .. new byte[19]]).Sign(_key)).Serial.Length);

    [Fact]
    public void Two_signature_algorithms_in_one_certificate_are_refused() =>
        Malformed(Leaf().With(f => f.OuterAlgorithm = CertificateForge.Algorithm("1.2.840.10045.4.3.3")).Sign(_key));

    [Fact]
    public void Parameters_of_an_ecdsa_signature_algorithm_are_refused() =>
        Malformed(Leaf().With(f => f.OuterAlgorithm = f.InnerAlgorithm = CertificateForge.Algorithm("1.2.840.10045.4.3.2", withNull: true)).Sign(_key));

    [Fact]
    public void A_signature_algorithm_that_is_not_accepted_parses_and_never_verifies()
    {
        var issuer = Certificate.Parse(CertificateForge.Authority(_key, "Forged CA", "Forged CA").Sign(_key));
        var sha1 = Leaf().With(f => f.OuterAlgorithm = f.InnerAlgorithm = CertificateForge.Algorithm("1.2.840.10045.4.1")).Sign(_key);
        Assert.False(Certificate.Parse(sha1).IsSignedBy(issuer));
    }

    [Fact]
    public void A_version_other_than_3_is_refused()
    {
        Malformed(Leaf().With(f => f.Version = []).Sign(_key));
        Malformed(Leaf().With(f => f.Version = [0xa0, 3, 2, 1, 1]).Sign(_key));
    }

    [Fact]
    public void A_validity_that_ends_before_it_starts_is_refused() =>
        Malformed(Leaf().With(f => f.NotAfter = f.NotBefore.AddSeconds(-1)).Sign(_key));

    [Fact]
    public void A_year_before_2050_as_generalized_time_is_refused() =>
        Malformed(Leaf().With(f => f.Validity = CertificateForge.Der(w =>
        {
            using (w.PushSequence())
            {
                w.WriteGeneralizedTime(f.NotBefore, omitFractionalSeconds: true);
                w.WriteUtcTime(f.NotAfter, 2049);
            }
        })).Sign(_key));

    [Fact]
    public void A_year_after_2049_is_read()
    {
        var end = new DateTimeOffset(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);
        Assert.Equal(end, Certificate.Parse(Leaf().With(f => f.NotAfter = end).Sign(_key)).NotAfter);
    }

    [Fact]
    public void An_authority_that_is_not_critical_is_none_and_yet_no_leaf()
    {
        var certificate = Certificate.Parse(Leaf().WithExtension(CertificateForge.BasicConstraints(true, critical: false)).Sign(_key));
        Assert.False(certificate.IsAuthority);
        Assert.True(certificate.ClaimsAuthority);
    }

    [Fact]
    public void A_path_length_without_authority_is_refused() =>
        Malformed(Leaf().WithExtension(CertificateForge.BasicConstraints(false, pathLength: 0)).Sign(_key));

    [Fact]
    public void A_key_usage_without_any_bit_is_refused() =>
        Malformed(Leaf().WithExtension(CertificateForge.Extension("2.5.29.15", true, [3, 1, 0])).Sign(_key));

    [Fact]
    public void A_written_out_default_is_refused()
    {
        var extension = CertificateForge.Der(w =>
        {
            using (w.PushSequence())
            {
                w.WriteObjectIdentifier("1.2.3.4");
                w.WriteBoolean(false);
                w.WriteOctetString([5, 0]);
            }
        });
        Malformed(Leaf().With(f => f.Extensions.Add(extension)).Sign(_key));
    }

    [Fact]
    public void An_extension_with_something_after_its_value_is_refused() =>
        Malformed(Leaf().WithExtension(CertificateForge.Extension("2.5.29.14", false, [4, 1, 1, 0])).Sign(_key));

    [Fact]
    public void Too_many_extensions_are_refused()
    {
        var forge = Leaf();
        for (var i = 0; i <= Limits.CertificateExtensions; i++)
        {
            forge.WithExtension(CertificateForge.Extension($"1.2.3.{i}", false, [5, 0]));
        }

        Refusal.Is(FailureCode.TooMany, () => Certificate.Parse(forge.Sign(_key)));
    }

    [Fact]
    public void A_certificate_over_its_cap_is_refused() =>
        Refusal.Is(FailureCode.TooLarge, () => Certificate.Parse(new byte[Limits.CertificateBytes + 1]));

    [Fact]
    public void The_callers_buffer_may_change_afterwards()
    {
        var der = Leaf().Sign(_key);
        var certificate = Certificate.Parse(der);
        var before = certificate.RawBytes.ToArray();
        Array.Clear(der);
        Assert.Equal(before, certificate.RawBytes.ToArray());
    }

    [Fact]
    public void Control_characters_of_a_name_do_not_reach_a_message()
    {
        var certificate = Certificate.Parse(Leaf().With(f => f.Issuer = CertificateForge.Name("evil\u001b[2J\n")).Sign(_key));
        Assert.DoesNotContain(certificate.Issuer.ToString(), char.IsControl);
    }

    [Fact]
    public void A_set_of_names_out_of_order_is_refused()
    {
        var name = CertificateForge.Der(w =>
        {
            using (w.PushSequence())
            using (w.PushSetOf())
            {
                foreach (var value in new[] { "a", "b" })
                {
                    using (w.PushSequence())
                    {
                        w.WriteObjectIdentifier("2.5.4.3");
                        w.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                    }
                }
            }
        });
        Assert.NotNull(Certificate.Parse(Leaf().With(f => f.Issuer = name).Sign(_key)));
        var first = name.AsSpan(4, 10).ToArray();
        byte[] swapped = [.. name.AsSpan(0, 4), .. name.AsSpan(14, 10), .. first];
        Malformed(Leaf().With(f => f.Issuer = swapped).Sign(_key));
    }

    private CertificateForge Leaf() => CertificateForge.Leaf(_key);

    private static void Malformed(byte[] der) => Refusal.Is(FailureCode.CertificateMalformed, () => Certificate.Parse(der));

    private static void Profile(byte[] der) => Refusal.Is(FailureCode.CertificateProfile, () => Certificate.Parse(der));
}

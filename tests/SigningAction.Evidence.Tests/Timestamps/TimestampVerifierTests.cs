using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Tests.Certificates;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Timestamps;

public sealed class TimestampVerifierTests : IDisposable
{
    private static readonly DateTimeOffset Now = TestTimestampAuthority.Now;
    private static readonly byte[] Stamped = [1, 2, 3];
    private readonly TestTimestampAuthority _authority = new();
    private readonly TestTimestampAuthority _stranger = new();

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_timestamp_proves_its_time_with_and_without_its_certificate(bool withCertificate)
    {
        var trusted = _authority.Pinned();
        var verified = TimestampVerifier.Verify(_authority.Stamp(Stamped, withCertificate), Stamped, trusted);
        Assert.Equal(Now, verified.Time);
        Assert.Same(trusted, verified.Authority);
    }

    [Fact]
    public void Without_a_pinned_signer_the_token_must_carry_it()
    {
        Assert.Equal(Now, TimestampVerifier.Verify(_authority.Stamp(Stamped), Stamped, _authority.Unpinned()).Time);
        Is(FailureCode.TimestampUntrusted, _authority.Stamp(Stamped, withCertificate: false), _authority.Unpinned());
    }

    [Fact]
    public void A_timestamp_over_other_bytes_is_refused() =>
        Refusal.Is(FailureCode.TimestampMismatch, () => TimestampVerifier.Verify(_authority.Stamp(Stamped), [1, 2, 4], _authority.Pinned()));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_authority_that_is_not_trusted_is_refused_as_such(bool withCertificate)
    {
        Is(FailureCode.TimestampUntrusted, _stranger.Stamp(Stamped, withCertificate));
        Refusal.Is(FailureCode.TimestampUntrusted, () => TimestampVerifier.Verify(_stranger.Stamp(Stamped, withCertificate), Stamped, []));
    }

    [Fact]
    public void A_stranger_in_the_trusted_signers_name_is_refused()
    {
        // The bag's certificate names the trusted signer and is another one.
        var twin = Certificate.Parse(CertificateForge.TimestampLeaf(_stranger.Key)
            .With(f => (f.Issuer, f.Serial) = (_authority.Leaf.Issuer.RawBytes.ToArray(), _authority.Leaf.Serial.ToArray())).Sign(_stranger.Key));
        var forge = new TimestampForge(twin, _stranger.Key);
        Is(FailureCode.TimestampSignature, forge.Build());
        forge.Certificates.Add(twin.RawBytes.ToArray());
        Is(FailureCode.TimestampUntrusted, forge.Build());
        Is(FailureCode.TimestampUntrusted, forge.Build(), _authority.Unpinned());
    }

    [Fact]
    public void Injected_certificates_do_not_become_the_signer()
    {
        var forge = Forge();
        forge.Certificates.AddRange([_stranger.Leaf.RawBytes.ToArray(), _stranger.Root.RawBytes.ToArray()]);
        Is(FailureCode.TimestampUntrusted, forge.Build()); // A bag that is not empty holds the signer.
        forge.Certificates.Add(_authority.Leaf.RawBytes.ToArray());
        Assert.Equal(forge.Time, TimestampVerifier.Verify(forge.Build(), Stamped, _authority.Pinned()).Time);
        Assert.Equal(forge.Time, TimestampVerifier.Verify(forge.Build(), Stamped, _authority.Unpinned()).Time);
    }

    [Fact]
    public void A_signer_may_be_named_by_its_key_identifier() =>
        Assert.NotNull(TimestampVerifier.Verify(Forge().With(f => f.BySubjectKeyId = true).Build(), Stamped, _authority.Pinned()));

    [Fact]
    public void A_signature_by_another_key_is_refused() =>
        Is(FailureCode.TimestampSignature, new TimestampForge(_authority.Leaf, _stranger.Key).Build());

    [Fact]
    public void An_extension_of_the_content_that_is_not_critical_is_passed_over() => Assert.NotNull(TimestampVerifier.Verify(
        Forge().With(f => f.InfoExtension = CertificateForge.Extension("1.2.3", false, [5, 0])).Build(), Stamped, _authority.Pinned()));

    [Fact]
    public void A_signature_over_the_attributes_as_sent_is_refused() => Is(FailureCode.TimestampSignature, Forge().With(f => f.SignsWholeTag = false).Build());

    [Fact]
    public void A_message_digest_of_other_content_is_refused() =>
        Is(FailureCode.TimestampSignature, Forge().With(f => f.MessageDigest = new byte[32]).Build());

    [Fact]
    public void A_signer_that_does_not_bind_its_certificate_is_refused()
    {
        Is(FailureCode.TimestampSignature, Forge().With(f => f.WithBinding = false).Build());
        Is(FailureCode.TimestampSignature, Forge().With(f => f.BoundCertificate = _stranger.Leaf).Build());
        Is(FailureCode.TimestampSignature, Forge().With(f => f.BindingIssuerSerial = _stranger.Leaf).Build());
        Assert.NotNull(TimestampVerifier.Verify(Forge().With(f => f.BindingIssuerSerial = _authority.Leaf).Build(), Stamped, _authority.Pinned()));
    }

    [Fact]
    public void A_binding_by_sha_1_does_not_count()
    {
        Is(FailureCode.TimestampSignature, Forge().With(f => f.BindingAttribute = "1.2.840.113549.1.9.16.2.12").Build());
        Is(FailureCode.TimestampSignature, Forge().With(f => f.BindingHash = "1.3.14.3.2.26").Build());
    }

    [Theory]
    [InlineData("SHA384", "2.16.840.1.101.3.4.2.2")]
    [InlineData("SHA512", "2.16.840.1.101.3.4.2.3")]
    public void A_binding_by_a_longer_hash_counts(string name, string oid) => Assert.NotNull(TimestampVerifier.Verify(
        Forge().With(f => (f.BindingHash, f.BindingHashName) = (oid, new HashAlgorithmName(name))).Build(), Stamped, _authority.Pinned()));

    [Fact]
    public void A_signature_under_a_wrong_label_is_refused()
    {
        Is(FailureCode.TimestampSignature, Forge().With(f => f.SignatureAlgorithm = CertificateForge.Algorithm("1.2.840.10045.4.3.3")).Build());
        Is(FailureCode.TimestampSignature, Forge().With(f => f.SignatureAlgorithm = CertificateForge.Algorithm("1.2.840.10045.4.1")).Build());
    }

    [Fact]
    public void A_time_outside_of_the_signers_certificate_is_refused()
    {
        Is(FailureCode.TimestampCertificate, Forge().With(f => f.Time = _authority.Leaf.NotAfter.AddSeconds(1)).Build());
        Is(FailureCode.TimestampCertificate, Forge().With(f => f.Time = _authority.Leaf.NotBefore.AddSeconds(-1)).Build());
        Assert.NotNull(TimestampVerifier.Verify(Forge().With(f => f.Time = _authority.Leaf.NotAfter).Build(), Stamped, _authority.Pinned()));
        Assert.NotNull(TimestampVerifier.Verify(Forge().With(f => f.Time = _authority.Leaf.NotBefore).Build(), Stamped, _authority.Pinned()));
    }

    [Fact]
    public void A_time_outside_of_the_trusted_roots_window_is_refused_and_its_ends_are_inside()
    {
        var stamp = Forge().Build();
        var time = Now.AddMinutes(1);
        Assert.NotNull(TimestampVerifier.Verify(stamp, Stamped, _authority.Pinned(time, time)));
        Is(FailureCode.TimestampOutsideTrust, stamp, _authority.Pinned(time.AddSeconds(1)));
        Is(FailureCode.TimestampOutsideTrust, stamp, _authority.Pinned(end: time.AddSeconds(-1)));
    }

    [Fact]
    public void A_retired_authority_does_not_borrow_another_ones_window()
    {
        var retired = _authority.Pinned(end: Now);
        Refusal.Is(
            FailureCode.TimestampOutsideTrust, () => TimestampVerifier.Verify(Forge().Build(), Stamped, [retired, _stranger.Pinned()]));
    }

    [Fact]
    public void One_signer_listed_twice_is_trusted_in_both_windows()
    {
        var second = _authority.Pinned(Now.AddMinutes(1));
        Assert.Same(second, TimestampVerifier.Verify(Forge().Build(), Stamped, [_authority.Pinned(end: Now), second]).Authority);
    }

    [Fact]
    public void A_signer_that_is_no_timestamping_certificate_is_refused()
    {
        const FailureCode Code = FailureCode.TimestampCertificate;
        Is(Code, leaf => leaf.Without("2.5.29.37"));
        Is(Code, leaf => leaf.WithExtension(CertificateForge.ExtendedKeyUsage(CertificateForge.TimeStamping))); // not critical
        Is(Code, leaf => leaf.WithExtension(CertificateForge.Extension("2.5.29.37", true, CertificateForge.ExtendedKeyUsageValue(CertificateForge.CodeSigning))));
        Is(Code, leaf => leaf.WithExtension(CertificateForge.Extension(
            "2.5.29.37", true, CertificateForge.ExtendedKeyUsageValue(CertificateForge.TimeStamping, CertificateForge.CodeSigning))));
        Is(Code, leaf => leaf.WithExtension(CertificateForge.Extension("2.5.29.37", true, CertificateForge.ExtendedKeyUsageValue("2.5.29.37.0"))));
        Is(Code, leaf => leaf.WithExtension(CertificateForge.BasicConstraints(true)));
        Is(Code, leaf => leaf.WithExtension(CertificateForge.KeyUsage(0x84, 2)));
        Is(Code, leaf => leaf.WithExtension(CertificateForge.KeyUsage(0x20, 5)));
    }

    [Fact]
    public void An_authority_for_another_usage_may_not_issue_a_timestamping_certificate()
    {
        var issuer = CertificateForge.Authority(_authority.RootKey, "TSA CA", "TSA CA")
            .WithExtension(CertificateForge.ExtendedKeyUsage(CertificateForge.CodeSigning)).Sign(_authority.RootKey);
        var leaf = CertificateForge.TimestampLeaf(_authority.Key).With(f => f.Issuer = CertificateForge.Name("TSA CA")).Sign(_authority.RootKey);
        var trusted = TimestampAuthority.Parse([leaf, issuer], new Validity(Now.AddDays(-1)));
        Is(FailureCode.TimestampCertificate, new TimestampForge(Certificate.Parse(leaf), _authority.Key).Build(), trusted);
    }

    [Fact]
    public void A_pinned_signer_that_its_own_chain_did_not_issue_is_refused()
    {
        var trusted = TimestampAuthority.Parse([_authority.Leaf.RawBytes, _stranger.Root.RawBytes], new Validity(Now.AddDays(-1)));
        Is(FailureCode.TimestampUntrusted, Forge().Build(), trusted);
    }

    [Fact]
    public void An_embedded_intermediate_helps_and_is_never_an_anchor()
    {
        using var key = TestAuthority.NewKey();
        var intermediate = CertificateForge.Authority(key, "TSA CA", "Root").Sign(_authority.RootKey);
        var root = CertificateForge.Authority(_authority.RootKey, "Root", "Root").Sign(_authority.RootKey);
        var leaf = CertificateForge.TimestampLeaf(_authority.Key).With(f => f.Issuer = CertificateForge.Name("TSA CA")).Sign(key);
        var forge = new TimestampForge(Certificate.Parse(leaf), _authority.Key);
        forge.Certificates.AddRange([leaf, intermediate]);
        Assert.NotNull(TimestampVerifier.Verify(forge.Build(), Stamped, TimestampAuthority.Parse([root], new Validity(Now.AddDays(-1)))));
        Is(FailureCode.TimestampUntrusted, forge.Build(), _stranger.Unpinned());
    }

    [Fact]
    public void A_strangers_faults_stay_those_of_a_stranger()
    {
        // Its issuer has a key of a kind that is not accepted; its own certificate is signed with SHA-1.
        using var odd = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        var issuer = CertificateForge.Authority(odd, "Odd", "Odd").Sign(odd);
        var sha1 = CertificateForge.Algorithm("1.2.840.10045.4.1");
        foreach (var leaf in new[]
        {
            CertificateForge.TimestampLeaf(_stranger.Key).With(f => f.Issuer = CertificateForge.Name("Odd")).Sign(odd),
            CertificateForge.TimestampLeaf(_stranger.Key).With(f => f.InnerAlgorithm = f.OuterAlgorithm = sha1).Sign(odd),
        })
        {
            var forge = new TimestampForge(Certificate.Parse(leaf), _stranger.Key);
            forge.Certificates.AddRange([leaf, issuer]);
            Is(FailureCode.TimestampUntrusted, forge.Build(), _authority.Unpinned());
        }
    }

    [Fact]
    public void A_signer_with_a_key_of_a_kind_that_is_not_accepted_is_refused()
    {
        using var odd = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10"));
        var leaf = CertificateForge.TimestampLeaf(odd).With(f => f.Issuer = _authority.Root.Subject.RawBytes.ToArray()).Sign(_authority.RootKey);
        var forge = new TimestampForge(Certificate.Parse(leaf), odd);
        forge.Certificates.Add(leaf);
        Is(FailureCode.TimestampCertificate, forge.Build(), _authority.Unpinned());
    }

    /// <summary>
    /// Benign is one bit, of the status, which is not signed: 0 granted becomes 1 grantedWithMods, which RFC 3161 treats the same.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void No_other_bit_can_change_and_the_timestamp_still_verify(bool withCertificate)
    {
        const int StatusOffset = 8;
        var trusted = _authority.Pinned();
        var response = _authority.Stamp(Stamped, withCertificate);
        Assert.Equal([2, 1, 0], response[(StatusOffset - 2)..(StatusOffset + 1)]);
        var verified = new List<int>();
        for (var bit = 0; bit < response.Length * 8; bit++)
        {
            var changed = (byte[])response.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                TimestampVerifier.Verify(changed, Stamped, trusted);
                verified.Add(bit);
            }
            catch (EvidenceException e)
            {
                Assert.Contains(e.Code, new[]
                {
                    FailureCode.TimestampMalformed, FailureCode.TimestampUntrusted, FailureCode.TimestampSignature, FailureCode.TimestampMismatch,
                });
            }
        }

        Assert.Equal([StatusOffset * 8], verified);
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var response = _authority.Stamp(Stamped);
        for (var length = 0; length < response.Length; length++)
        {
            Is(FailureCode.TimestampMalformed, response[..length]);
        }
    }

    [Theory]
    [InlineData("rekor2-timestamp-with-embedded-cert", null)]
    [InlineData("rekor2-timestamp-without-embedded-cert", null)]
    [InlineData("rekor2-happy-path", null)]
    [InlineData("rekor2-dsse-happy-path", null)]
    [InlineData("rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail", FailureCode.TimestampUntrusted)]
    [InlineData("rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail", FailureCode.TimestampUntrusted)]
    [InlineData("rekor2-timestamp-outside-tsa-cert-validity_fail", FailureCode.TimestampCertificate)]
    public void The_conformance_cases_come_out_right_for_the_right_reason(string folder, FailureCode? code)
    {
        var trusted = TimestampAuthority.Parse(
            SharedCertificates.Authorities(folder, "timestampAuthorities"), new Validity(new DateTimeOffset(2025, 4, 9, 0, 0, 0, TimeSpan.Zero)));
        var response = SharedCertificates.Timestamp(folder);
        var signature = SharedCertificates.Signature(folder);
        if (code is { } expected)
        {
            Refusal.Is(expected, () => TimestampVerifier.Verify(response, signature, trusted));
            return;
        }

        var leaf = SigningCertificate.Parse(SharedCertificates.Leaf(folder));
        Assert.InRange(TimestampVerifier.Verify(response, signature, trusted).Time, leaf.NotBefore, leaf.NotAfter);
        Refusal.Is(FailureCode.TimestampMismatch, () => TimestampVerifier.Verify(response, [.. signature, 0], trusted));
    }

    [Theory]
    [InlineData("sigstage", "response-sha256.tsr", "hello", null)]
    [InlineData("sigstage", "response-sha384.tsr", "hello", null)]
    [InlineData("sigstage", "response-sha512.tsr", "hello", null)]
    [InlineData("sigstage", "response-no-embedded-cert.tsr", "hello", null)]
    [InlineData("sigstage", "response-invalid-signature.tsr", "hello", FailureCode.TimestampSignature)]
    [InlineData("test_tsa", "response.tsr", "hello", null)]
    [InlineData("test_tsa", "response-injected-certs.tsr", "hello", null)]
    [InlineData("sigstore.mock", "response-expired.tsr", null, null)] // its chain has expired since, and was valid then
    [InlineData("identrust", "issue-104.tsr", "hello", FailureCode.TimestampSignature)] // binds its certificate by SHA-1 only
    public void The_public_vectors_come_out_right_for_the_right_reason(string folder, string file, string? text, FailureCode? code)
    {
        var path = SharedMaterial.Folder("vectors", "rfc3161", folder);
        var trusted = TimestampAuthority.Parse(Pem(Path.Combine(path, "ts_chain.pem")), new Validity(DateTimeOffset.UnixEpoch));
        var response = File.ReadAllBytes(Path.Combine(path, file));
        var stamped = text is not null ? System.Text.Encoding.UTF8.GetBytes(text)
            : File.Exists(Path.Combine(path, "payload")) ? File.ReadAllBytes(Path.Combine(path, "payload")) : [];
        if (code is { } expected)
        {
            Refusal.Is(expected, () => TimestampVerifier.Verify(response, stamped, trusted));
        }
        else
        {
            Assert.NotNull(TimestampVerifier.Verify(response, stamped, trusted));
        }
    }

    private TimestampForge Forge() => new(_authority.Leaf, _authority.Key);

    private void Is(FailureCode code, byte[] response, TimestampAuthority? trusted = null) =>
        Refusal.Is(code, () => TimestampVerifier.Verify(response, Stamped, trusted ?? _authority.Pinned()));

    /// <summary>A signer of another profile under our root, carried in the token.</summary>
    private void Is(FailureCode code, Func<CertificateForge, CertificateForge> change)
    {
        var leaf = change(CertificateForge.TimestampLeaf(_authority.Key).With(f => f.Issuer = _authority.Root.Subject.RawBytes.ToArray())).Sign(_authority.RootKey);
        var forge = new TimestampForge(Certificate.Parse(leaf), _authority.Key);
        forge.Certificates.Add(leaf);
        Is(code, forge.Build(), _authority.Unpinned());
    }

    private static List<ReadOnlyMemory<byte>> Pem(string file)
    {
        var bytes = File.ReadAllBytes(file);
        if (bytes[0] == 0x30)
        {
            return [bytes]; // One of the files is DER under the name of PEM.
        }

        var certificates = new List<ReadOnlyMemory<byte>>();
        var text = System.Text.Encoding.ASCII.GetString(bytes).AsSpan();
        while (PemEncoding.TryFind(text, out var fields))
        {
            certificates.Add(Convert.FromBase64String(text[fields.Base64Data].ToString()));
            text = text[fields.Location.End..];
        }

        return certificates;
    }
}

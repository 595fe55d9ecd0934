using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class CertificatePathTests : IDisposable
{
    private static readonly DateTimeOffset Start = CertificateForge.Start;

    private readonly ECDsa _rootKey = TestAuthority.NewKey();
    private readonly ECDsa _issuerKey = TestAuthority.NewKey();
    private readonly ECDsa _leafKey = TestAuthority.NewKey();

    public void Dispose()
    {
        _rootKey.Dispose();
        _issuerKey.Dispose();
        _leafKey.Dispose();
    }

    [Fact]
    public void A_leaf_of_the_chain_is_valid_from_its_first_to_its_last_second()
    {
        var path = CertificatePath.Verify(Leaf(), Chain(), Start);
        path.CheckValidAt(Start.AddMinutes(10));
        Refusal.Is(FailureCode.CertificateExpired, () => path.CheckValidAt(Start.AddTicks(-1)));
        Refusal.Is(FailureCode.CertificateExpired, () => path.CheckValidAt(Start.AddMinutes(10).AddTicks(1)));
        Assert.Equal("CN=Issuing", path.Issuer.Subject.ToString());
    }

    [Fact]
    public void An_issuer_that_had_expired_at_signing_time_is_refused_by_name()
    {
        var intermediate = Intermediate().With(f => f.NotAfter = Start.AddMinutes(5));
        var path = CertificatePath.Verify(Leaf(), Chain(intermediate), Start.AddMinutes(5));
        var refusal = Assert.Throws<EvidenceException>(() => path.CheckValidAt(Start.AddMinutes(6)));
        Assert.Equal(FailureCode.CertificateExpired, refusal.Code);
        Assert.Contains("CN=Issuing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_root_that_had_expired_at_signing_time_is_refused_by_name()
    {
        var root = Root().With(f => f.NotAfter = Start.AddMinutes(5));
        var path = CertificatePath.Verify(Leaf(), Chain(root: root), Start);
        var refusal = Assert.Throws<EvidenceException>(() => path.CheckValidAt(Start.AddMinutes(6)));
        Assert.Equal(FailureCode.CertificateExpired, refusal.Code);
        Assert.Contains("CN=Root", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_leaf_of_another_authority_is_refused_naming_it()
    {
        var leaf = SigningCertificate.Parse(CertificateForge.Leaf(_leafKey).With(f => f.Issuer = CertificateForge.Name("Elsewhere")).Sign(_issuerKey));
        var refusal = Assert.Throws<EvidenceException>(() => CertificatePath.Build(leaf, Chain()));
        Assert.Equal(FailureCode.UntrustedIssuer, refusal.Code);
        Assert.Contains("CN=Elsewhere", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_leaf_in_our_authoritys_name_and_another_key_is_refused() =>
        Refusal.Is(FailureCode.UntrustedIssuer, () => CertificatePath.Build(Leaf(signer: _leafKey), Chain()));

    [Fact]
    public void A_leaf_that_names_another_key_of_its_issuer_is_refused()
    {
        var chain = Chain(Intermediate().WithExtension(CertificateForge.SubjectKeyId(1, 2)));
        Refusal.Is(FailureCode.UntrustedIssuer, () => CertificatePath.Build(Leaf(f => f.WithExtension(CertificateForge.AuthorityKeyId(3, 4))), chain));
        Assert.NotNull(CertificatePath.Build(Leaf(f => f.WithExtension(CertificateForge.AuthorityKeyId(1, 2))), chain));
    }

    [Theory]
    [InlineData("SHA256", "1.2.840.10045.4.3.2")]
    [InlineData("SHA384", "1.2.840.10045.4.3.3")]
    [InlineData("SHA512", "1.2.840.10045.4.3.4")]
    public void The_hash_comes_from_the_signature_algorithm_and_not_from_the_key(string hash, string oid)
    {
        var algorithm = CertificateForge.Algorithm(oid);
        var leaf = Leaf(f => f.With(l => (l.InnerAlgorithm, l.OuterAlgorithm, l.Hash) = (algorithm, algorithm, new HashAlgorithmName(hash))));
        Assert.NotNull(CertificatePath.Build(leaf, Chain()));
        var mislabelled = Leaf(f => f.With(l => (l.InnerAlgorithm, l.OuterAlgorithm, l.Hash) = (algorithm, algorithm, Other(hash))));
        Refusal.Is(FailureCode.UntrustedIssuer, () => CertificatePath.Build(mislabelled, Chain()));
    }

    [Fact]
    public void A_leaf_signed_with_an_algorithm_that_is_not_accepted_is_refused_for_that()
    {
        var sha1 = CertificateForge.Algorithm("1.2.840.10045.4.1");
        Refusal.Is(
            FailureCode.CertificateProfile,
            () => CertificatePath.Build(Leaf(f => f.With(l => l.InnerAlgorithm = l.OuterAlgorithm = sha1)), Chain()));
    }

    [Fact]
    public void A_path_longer_than_an_authority_allows_is_refused()
    {
        Refusal.Is(FailureCode.CertificateProfile, () => CertificatePath.Build(Leaf(), Chain(root: CertificateForge.Authority(_rootKey, "Root", "Root", 0))));
        Assert.NotNull(CertificatePath.Build(Leaf(), Chain(root: CertificateForge.Authority(_rootKey, "Root", "Root", 1))));
    }

    [Fact]
    public void An_authority_for_another_usage_may_not_issue()
    {
        Refusal.Is(
            FailureCode.CertificateProfile,
            () => CertificatePath.Build(Leaf(), Chain(Intermediate().WithExtension(CertificateForge.ExtendedKeyUsage(CertificateForge.TimeStamping)))));
        foreach (var usage in new[] { CertificateForge.CodeSigning, "2.5.29.37.0" })
        {
            Assert.NotNull(CertificatePath.Build(Leaf(), Chain(Intermediate().WithExtension(CertificateForge.ExtendedKeyUsage(usage)))));
        }
    }

    [Fact]
    public void A_helper_leads_to_the_anchor_and_is_checked_like_any_authority()
    {
        var anchor = CertificateChain.Parse([Root().Sign(_rootKey)]);
        Certificate[] helper = [Certificate.Parse(Intermediate().Sign(_rootKey))];
        var path = CertificatePath.Verify(Leaf(), anchor, Start, helper);
        Assert.Equal(["CN=Issuing", "CN=Root"], path.Authorities.Select(a => a.Subject.ToString()));
        Refusal.Is(FailureCode.UntrustedIssuer, () => CertificatePath.Verify(Leaf(), anchor, Start));

        Certificate[] noAuthority = [Certificate.Parse(Intermediate().Without("2.5.29.19").Sign(_rootKey))];
        Refusal.Is(FailureCode.CertificateProfile, () => CertificatePath.Verify(Leaf(), anchor, Start, noAuthority));
        Certificate[] expired = [Certificate.Parse(Intermediate().With(f => f.NotAfter = Start.AddMinutes(-1)).Sign(_rootKey))];
        Refusal.Is(FailureCode.CertificateExpired, () => CertificatePath.Verify(Leaf(), anchor, Start, expired));
    }

    [Fact]
    public void Of_two_helpers_for_one_authority_the_one_that_leads_to_the_anchor_is_found()
    {
        using var strangerKey = TestAuthority.NewKey();
        var anchor = CertificateChain.Parse([Root().Sign(_rootKey)]);
        var elsewhere = Certificate.Parse(CertificateForge.Authority(_issuerKey, "Issuing", "Stranger").Sign(strangerKey));
        var stranger = Certificate.Parse(CertificateForge.Authority(strangerKey, "Stranger", "Nobody").Sign(strangerKey));
        var right = Certificate.Parse(Intermediate().Sign(_rootKey));
        var useless = Certificate.Parse(Intermediate().Without("2.5.29.19").Sign(_rootKey));
        foreach (var helpers in new[] { new[] { elsewhere, stranger, useless, right }, [right, elsewhere], [useless, elsewhere, right] })
        {
            Assert.Equal([right, anchor.Anchor], CertificatePath.Verify(Leaf(), anchor, Start, helpers).Authorities);
        }
    }

    [Fact]
    public void Helpers_that_vouch_for_each_other_in_a_circle_lead_nowhere_and_end()
    {
        var anchor = CertificateChain.Parse([Root().Sign(_rootKey)]);
        Certificate[] circle = [.. Enumerable.Range(0, Limits.ChainCertificates).Select(i =>
            Certificate.Parse(CertificateForge.Authority(_issuerKey, "Issuing", "Issuing").With(f => f.Serial = [1, (byte)i]).Sign(_issuerKey)))];
        Refusal.Is(FailureCode.UntrustedIssuer, () => CertificatePath.Build(Leaf(), anchor, circle));
        Assert.NotNull(CertificatePath.Build(Leaf(), anchor, [.. circle.Skip(1), Certificate.Parse(Intermediate().Sign(_rootKey))]));
    }

    [Theory]
    [InlineData(32, "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.1", true)]
    [InlineData(20, "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.1", false)] // A salt of another length
    [InlineData(32, "2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", false)] // MGF1 with another hash
    [InlineData(20, "1.3.14.3.2.26", "1.3.14.3.2.26", false)] // SHA-1, the default of all of them
    [InlineData(0, null, null, false)] // No parameters
    public void An_authority_may_sign_with_RSASSA_PSS_when_it_states_strong_parameters(int salt, string? hash, string? mask, bool accepted)
    {
        using var rsa = RSA.Create(2048);
        var authority = CertificateForge.Authority(_rootKey, "Issuing", "Issuing").With(f => f.Spki = rsa.ExportSubjectPublicKeyInfo());
        var chain = CertificateChain.Parse([authority.Sign(_rootKey)]);
        var leaf = CertificateForge.Leaf(_leafKey).With(f => f.Issuer = CertificateForge.Name("Issuing"));
        leaf.InnerAlgorithm = leaf.OuterAlgorithm = Pss(salt, hash, mask);
        var parsed = SigningCertificate.Parse(leaf.SignWith(tbs => rsa.SignData(tbs, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)));
        if (accepted)
        {
            Assert.NotNull(CertificatePath.Build(parsed, chain));
            var pkcs1 = SigningCertificate.Parse(leaf.SignWith(tbs => rsa.SignData(tbs, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)));
            Refusal.Is(FailureCode.UntrustedIssuer, () => CertificatePath.Build(pkcs1, chain));
        }
        else
        {
            Refusal.Is(FailureCode.CertificateProfile, () => CertificatePath.Build(parsed, chain));
        }
    }

    [Fact]
    public void A_helper_is_never_an_anchor()
    {
        using var strangerKey = TestAuthority.NewKey();
        Certificate[] helpers =
        [
            Certificate.Parse(CertificateForge.Authority(_issuerKey, "Issuing", "Stranger").Sign(strangerKey)),
            Certificate.Parse(CertificateForge.Authority(strangerKey, "Stranger", "Stranger").Sign(strangerKey)),
        ];
        Refusal.Is(FailureCode.UntrustedIssuer, () => CertificatePath.Build(Leaf(), CertificateChain.Parse([Root().Sign(_rootKey)]), helpers));
    }

    [Fact]
    public void The_public_good_leaves_lead_to_the_public_good_chain_and_the_others_do_not()
    {
        var chains = SharedCertificates.PublicGood();
        Accepted(chains, "happy-path-v0.1");
        Accepted(chains, "happy-path-v0.3");
        var foreign = SigningCertificate.Parse(SharedCertificates.Leaf("bundle-from-wrong-instance_fail"));
        foreach (var chain in chains)
        {
            Refusal.Is(FailureCode.UntrustedIssuer, () => CertificatePath.Build(foreign, chain));
        }
    }

    [Fact]
    public void The_platform_builds_the_same_path()
    {
        using var authority = new TestAuthority();
        var der = authority.Issue(VerificationKey.Of(_leafKey));
        CertificatePath.Verify(SigningCertificate.Parse(der), authority.Chain, TestAuthority.Now);
        using var leaf = X509CertificateLoader.LoadCertificate(der);
        using var root = X509CertificateLoader.LoadCertificate(authority.Root.RawBytes.Span);
        using var intermediate = X509CertificateLoader.LoadCertificate(authority.Intermediate.RawBytes.Span);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.Add(intermediate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = TestAuthority.Now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(CertificateForge.CodeSigning));
        Assert.True(chain.Build(leaf), string.Join(' ', chain.ChainStatus.Select(s => s.Status)));
        Assert.Equal(3, chain.ChainElements.Count);
    }

    /// <summary>RSASSA-PSS-params of RFC 4055, section 3.1.</summary>
    private static byte[] Pss(int salt, string? hash, string? mask) => CertificateForge.Der(w =>
    {
        void Explicit(int number, Action write)
        {
            using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, number)))
            {
                write();
            }
        }

        using (w.PushSequence())
        {
            w.WriteObjectIdentifier("1.2.840.113549.1.1.10");
            if (hash is null || mask is null)
            {
                return;
            }

            using (w.PushSequence())
            {
                Explicit(0, () => w.WriteEncodedValue(CertificateForge.Algorithm(hash, withNull: true)));
                Explicit(1, () =>
                {
                    using (w.PushSequence())
                    {
                        w.WriteObjectIdentifier("1.2.840.113549.1.1.8");
                        w.WriteEncodedValue(CertificateForge.Algorithm(mask, withNull: true));
                    }
                });
                Explicit(2, () => w.WriteInteger(salt));
            }
        }
    });

    private static void Accepted(IReadOnlyList<CertificateChain> chains, string folder)
    {
        var leaf = SigningCertificate.Parse(SharedCertificates.Leaf(folder));
        CertificatePath.Verify(leaf, chains[1], leaf.NotBefore);
        Refusal.Is(FailureCode.UntrustedIssuer, () => CertificatePath.Build(leaf, chains[0]));
    }

    private SigningCertificate Leaf(Func<CertificateForge, CertificateForge>? change = null, ECDsa? signer = null)
    {
        var forge = CertificateForge.Leaf(_leafKey).With(f => f.Issuer = CertificateForge.Name("Issuing"));
        return SigningCertificate.Parse((change?.Invoke(forge) ?? forge).Sign(signer ?? _issuerKey));
    }

    private CertificateChain Chain(CertificateForge? intermediate = null, CertificateForge? root = null) =>
        CertificateChain.Parse([(intermediate ?? Intermediate()).Sign(_rootKey), (root ?? Root()).Sign(_rootKey)]);

    private CertificateForge Root() => CertificateForge.Authority(_rootKey, "Root", "Root");

    private CertificateForge Intermediate() => CertificateForge.Authority(_issuerKey, "Issuing", "Root", 0);

    private static HashAlgorithmName Other(string hash) => hash == "SHA256" ? HashAlgorithmName.SHA384 : HashAlgorithmName.SHA256;
}

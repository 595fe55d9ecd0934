using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class CertificateChainTests : IDisposable
{
    private readonly ECDsa _rootKey = TestAuthority.NewKey();
    private readonly ECDsa _key = TestAuthority.NewKey();

    public void Dispose()
    {
        _rootKey.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void An_empty_chain_is_refused() => Malformed();

    [Fact]
    public void A_chain_over_its_cap_is_refused() =>
        Malformed([.. Enumerable.Repeat(Root().Sign(_rootKey), Limits.ChainCertificates + 1)]);

    [Fact]
    public void A_leaf_in_the_chain_is_refused() => Malformed(CertificateForge.Leaf(_key).Sign(_rootKey), Root().Sign(_rootKey));

    [Fact]
    public void A_root_without_basic_constraints_is_refused() => Malformed(Root().Without("2.5.29.19").Sign(_rootKey));

    [Fact]
    public void An_authority_whose_constraints_are_not_critical_is_refused() =>
        Malformed(Root().WithExtension(CertificateForge.BasicConstraints(true, critical: false)).Sign(_rootKey));

    [Fact]
    public void An_authority_that_may_not_sign_certificates_is_refused()
    {
        Malformed(Root().WithExtension(CertificateForge.KeyUsage(0x80, 7)).Sign(_rootKey));
        Malformed(Root().Without("2.5.29.15").Sign(_rootKey));
    }

    [Fact]
    public void A_chain_in_the_wrong_order_is_refused() => Malformed(Root().Sign(_rootKey), Intermediate().Sign(_rootKey));

    [Fact]
    public void Key_identifiers_that_do_not_meet_are_refused() =>
        Malformed(
            Intermediate().WithExtension(CertificateForge.AuthorityKeyId(1)).Sign(_rootKey),
            Root().WithExtension(CertificateForge.SubjectKeyId(2)).Sign(_rootKey));

    [Fact]
    public void A_link_that_the_one_above_did_not_sign_is_refused_at_first_use()
    {
        var chain = CertificateChain.Parse([Intermediate().Sign(_key), Root().Sign(_rootKey)]);
        var leaf = SigningCertificate.Parse(CertificateForge.Leaf(_key).With(f => f.Issuer = CertificateForge.Name("Issuing")).Sign(_key));
        Refusal.Is(FailureCode.TrustedRootMalformed, () => CertificatePath.Build(leaf, chain));
        Refusal.Is(FailureCode.TrustedRootMalformed, () => CertificatePath.Build(leaf, chain));
    }

    [Fact]
    public void An_anchor_may_be_an_intermediate_and_its_own_signature_is_not_looked_at()
    {
        var sha1 = CertificateForge.Algorithm("1.2.840.10045.4.1");
        var anchor = Intermediate().With(f => f.InnerAlgorithm = f.OuterAlgorithm = sha1).Sign(_rootKey);
        var leaf = SigningCertificate.Parse(CertificateForge.Leaf(_key).With(f => f.Issuer = CertificateForge.Name("Issuing")).Sign(_key));
        var path = CertificatePath.Verify(leaf, CertificateChain.Parse([anchor]), CertificateForge.Start);
        Assert.Equal(anchor, Assert.Single(path.Authorities).RawBytes.ToArray());
    }

    private CertificateForge Root() => CertificateForge.Authority(_rootKey, "Root", "Root");

    private CertificateForge Intermediate() => CertificateForge.Authority(_key, "Issuing", "Root", 0);

    private static void Malformed(params byte[][] certificates) => Refusal.Is(
        FailureCode.TrustedRootMalformed, () => CertificateChain.Parse([.. certificates.Select(c => (ReadOnlyMemory<byte>)c)]));
}

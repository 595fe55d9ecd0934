using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class AuthorityCertificateBuilderTests : IDisposable
{
    private static readonly DateTimeOffset Now = CertificateForge.Start;
    private readonly ECDsa _rootKey = TestAuthority.NewKey();
    private readonly ECDsa _key = TestAuthority.NewKey();
    private readonly AuthorityCertificateBuilder _builder = new("Example Org", Now.AddMilliseconds(1));

    public void Dispose()
    {
        _rootKey.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void Root_and_intermediate_carry_the_same_single_organisation()
    {
        var (root, intermediate) = Authority();
        Assert.Equal(["Example Org"], root.Subject.Organizations);
        Assert.Equal(["Example Org"], intermediate.Subject.Organizations);
        Assert.Equal(["Example Org"], intermediate.Issuer.Organizations);
    }

    [Fact]
    public void The_intermediate_is_for_code_signing_with_no_authority_below()
    {
        var (root, intermediate) = Authority();
        Assert.True(root.IsAuthority && root.ExtendedKeyUsages.Count == 0 && root.PathLength == 1);
        Assert.True(intermediate.IsAuthority && intermediate.PathLength == 0);
        Assert.Equal([CertificateForge.CodeSigning], intermediate.ExtendedKeyUsages);
        Assert.Equal(KeyUsages.KeyCertSign | KeyUsages.CrlSign, intermediate.KeyUsage);
        Assert.True(intermediate.IsSignedBy(root));
        Assert.Equal(root.SubjectKeyId.ToArray(), intermediate.AuthorityKeyId.ToArray());
        Assert.Equal(Now, root.NotBefore);
        Assert.NotNull(new CertificateChain([intermediate, root]));
    }

    [Fact]
    public void The_timestamping_leaf_has_one_critical_usage_and_is_no_authority()
    {
        var root = _builder.TimestampRoot("TSA root", _rootKey, Now.AddYears(10));
        var leaf = _builder.TimestampLeaf("TSA", VerificationKey.Of(_key), root, _rootKey, Now.AddYears(5));
        Assert.Equal(0, root.PathLength);
        Assert.Equal([CertificateForge.TimeStamping], leaf.ExtendedKeyUsages);
        Assert.True(leaf.ExtendedKeyUsageIsCritical);
        Assert.False(leaf.ClaimsAuthority);
        Assert.Equal(KeyUsages.DigitalSignature, leaf.KeyUsage);
        Assert.True(leaf.IsSignedBy(root));
    }

    [Fact]
    public void A_key_that_is_not_the_roots_is_refused()
    {
        var root = _builder.Root("Root", _rootKey, Now.AddYears(10));
        Assert.Throws<ArgumentException>(() => _builder.Intermediate("x", VerificationKey.Of(_key), root, _key, Now.AddYears(1)));
    }

    [Fact]
    public void A_key_that_is_not_p256_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => _builder.Root("Root", key, Now.AddYears(10)));
    }

    private (Certificate Root, Certificate Intermediate) Authority()
    {
        var root = _builder.Root("Root", _rootKey, Now.AddYears(10));
        return (root, _builder.Intermediate("Issuing", VerificationKey.Of(_key), root, _rootKey, Now.AddYears(3)));
    }
}

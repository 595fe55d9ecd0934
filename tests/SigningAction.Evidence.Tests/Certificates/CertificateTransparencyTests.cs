using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Certificates;

public sealed class CertificateTransparencyTests : IDisposable
{
    private readonly TestAuthority _authority = new();
    private readonly ECDsa _key = TestAuthority.NewKey();
    private readonly VerificationKey _leafKey;

    public CertificateTransparencyTests() => _leafKey = VerificationKey.Of(_key);

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void A_timestamp_of_a_known_log_verifies()
    {
        var leaf = SigningCertificate.Parse(_authority.Issue(_leafKey));
        Assert.Equal(7, Assert.Single(Verify(leaf)).LeafIndex);
    }

    [Fact]
    public void A_certificate_without_a_timestamp_is_refused()
    {
        var leaf = SigningCertificate.Parse(CertificateForge.Leaf(_key).Sign(_key));
        Refusal.Is(FailureCode.SctMissing, () => Verify(leaf));
    }

    [Fact]
    public void A_timestamp_of_an_unknown_log_does_not_count()
    {
        var leaf = SigningCertificate.Parse(_authority.Issue(_leafKey));
        Refusal.Is(FailureCode.SctUntrusted, () => CertificateTransparency.Verify(leaf, _authority.Intermediate, _ => null));
    }

    [Fact]
    public void A_timestamp_under_another_logs_key_is_refused()
    {
        var leaf = SigningCertificate.Parse(_authority.Issue(_leafKey));
        Refusal.Is(FailureCode.SctSignature, () => CertificateTransparency.Verify(leaf, _authority.Intermediate, _ => _leafKey));
    }

    [Fact]
    public void A_timestamp_of_another_certificate_is_refused()
    {
        var other = _authority.Precertificate(_leafKey);
        var leaf = SigningCertificate.Parse(_authority.Builder.Build(_authority.Precertificate(_leafKey), [_authority.Sct(other)]));
        Refusal.Is(FailureCode.SctSignature, () => Verify(leaf));
    }

    [Fact]
    public void A_timestamp_for_another_issuer_is_refused()
    {
        var leaf = SigningCertificate.Parse(_authority.Issue(_leafKey));
        Refusal.Is(FailureCode.SctSignature, () => CertificateTransparency.Verify(leaf, _authority.Root, _ => _authority.LogId));
    }

    [Fact]
    public void Two_timestamps_of_one_log_count_once()
    {
        var precertificate = _authority.Precertificate(_leafKey);
        var leaf = SigningCertificate.Parse(_authority.Builder.Build(precertificate, [_authority.Sct(precertificate, 1), _authority.Sct(precertificate, 2)]));
        Assert.Equal(2, leaf.Scts.Count);
        Assert.Single(Verify(leaf));
    }

    [Fact]
    public void One_bad_timestamp_of_a_known_log_refuses_even_beside_a_good_one()
    {
        var precertificate = _authority.Precertificate(_leafKey);
        var foreign = _authority.Sct(_authority.Precertificate(_leafKey));
        var leaf = SigningCertificate.Parse(_authority.Builder.Build(precertificate, [_authority.Sct(precertificate), foreign]));
        Refusal.Is(FailureCode.SctSignature, () => Verify(leaf));
    }

    [Fact]
    public void The_staging_instances_own_timestamps_verify()
    {
        const string Folder = "rekor2-happy-path";
        var leaf = SigningCertificate.Parse(SharedCertificates.Leaf(Folder));
        var path = CertificatePath.Verify(leaf, CertificateChain.Parse(SharedCertificates.Authorities(Folder, "certificateAuthorities")), leaf.NotBefore);
        var logs = SharedCertificates.LogKeys(Folder);
        Assert.Single(CertificateTransparency.Verify(leaf, path.Issuer, sct => logs.FirstOrDefault(k => k.Id == sct.LogId)));
    }

    private IReadOnlyList<SignedCertificateTimestamp> Verify(SigningCertificate leaf) =>
        CertificateTransparency.Verify(leaf, _authority.Intermediate, sct => sct.LogId == _authority.LogId.Id ? _authority.LogId : null);
}

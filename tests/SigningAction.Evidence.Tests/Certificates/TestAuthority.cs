using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Tests.Certificates;

/// <summary>A whole authority in memory: root, issuing intermediate, certificate log. It issues what our authority issues.</summary>
internal sealed class TestAuthority : IDisposable
{
    public static readonly DateTimeOffset Now = CertificateForge.Start;

    public static readonly PipelineIdentity Identity = new()
    {
        Issuer = "https://token.actions.githubusercontent.com",
        Subject = "repo:octo/app:ref:refs/heads/main",
        SignerUri = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main",
        SignerDigest = "9739798945b2a848e911bcf1dddb97298cade0b1",
        RunnerEnvironment = "github-hosted",
        RepositoryUri = "https://github.com/octo/app",
        SourceDigest = "9739798945b2a848e911bcf1dddb97298cade0b1",
        SourceRef = "refs/heads/main",
        RepositoryId = "632596897",
        OwnerUri = "https://github.com/octo",
        OwnerId = "131804563",
        CallerUri = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main",
        CallerDigest = "9739798945b2a848e911bcf1dddb97298cade0b1",
        Event = "push",
        RunUri = "https://github.com/octo/app/actions/runs/1/attempts/1",
        Visibility = "public",
        Environment = "production",
        WorkflowName = "Release",
        RepositoryName = "octo/app",
    };

    private readonly ECDsa _rootKey = NewKey();
    private readonly ECDsa _issuerKey = NewKey();

    public TestAuthority(string organization = "Test")
    {
        var builder = new AuthorityCertificateBuilder(organization, Now.AddHours(-1));
        Root = builder.Root("Root", _rootKey, Now.AddYears(10));
        Intermediate = builder.Intermediate("Issuing", VerificationKey.Of(_issuerKey), Root, _rootKey, Now.AddYears(3));
        Chain = new CertificateChain([Intermediate, Root]);
        Builder = new SigningCertificateBuilder(Intermediate, _issuerKey);
        LogId = VerificationKey.Of(LogKey);
    }

    public ECDsa IssuerKey => _issuerKey;

    public ECDsa LogKey { get; } = NewKey();

    public VerificationKey LogId { get; }

    public Certificate Root { get; }

    public Certificate Intermediate { get; }

    public CertificateChain Chain { get; }

    public SigningCertificateBuilder Builder { get; }

    public static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public Precertificate Precertificate(VerificationKey key, PipelineIdentity? identity = null) =>
        Builder.BuildPrecertificate(identity ?? Identity, key, CertificateSerial.Create(), Now, Now.AddMinutes(10));

    public SignedCertificateTimestamp Sct(Precertificate precertificate, long index = 7) =>
        SignedCertificateTimestamp.Sign(LogKey, LogId.Id, precertificate.IssuerKeyId, precertificate.Tbs.Span, Now, index);

    public byte[] Issue(VerificationKey key, PipelineIdentity? identity = null)
    {
        var precertificate = Precertificate(key, identity);
        return Builder.Build(precertificate, [Sct(precertificate)]);
    }

    public void Dispose()
    {
        _rootKey.Dispose();
        _issuerKey.Dispose();
        LogKey.Dispose();
    }
}

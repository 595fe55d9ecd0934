using System.Text;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>What the authority is for, from the token to the stranger's verdict.</summary>
public sealed class WholeStoryTests
{
    [Fact]
    public async Task What_is_signed_at_the_authority_verifies_offline_with_the_trusted_root_that_it_serves()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        using var signer = new TestSigner(authority.Client);
        var artifact = "the artifact"u8.ToArray();
        var bundle = await signer.SignAsync(authority.Issuer, artifact);
        var root = TrustedRoot.Parse(await authority.Client.GetByteArrayAsync("/trusted_root.json", TestContext.Current.CancellationToken));
        var policy = new VerificationPolicy { Issuer = authority.Issuer.Url, Repository = authority.Issuer.Run.Repository };
        var verified = new Verifier(root).Verify(Bundle.Parse(bundle.ToJson()), Artifact.OfBytes(artifact), policy);
        Assert.Equal(authority.Issuer.Run.RepositoryId, verified.Identity?.RepositoryId);

        var refused = Assert.Throws<EvidenceException>(() => new Verifier(root).Verify(bundle, Artifact.OfBytes("another"u8.ToArray()), policy));
        Assert.Equal(FailureCode.DigestMismatch, refused.Code);
    }

    [Fact]
    public async Task After_a_restart_the_authority_goes_on_and_fsck_finds_nothing()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        using var signer = new TestSigner(authority.Client);
        var first = await signer.SignAsync(authority.Issuer, Encoding.UTF8.GetBytes("one"));
        await authority.StopAsync();
        await authority.StartAgainAsync();
        var second = await signer.SignAsync(authority.Issuer, Encoding.UTF8.GetBytes("two"));
        Assert.Equal(0, first.LogEntries[0].LogIndex);
        Assert.Equal(1, second.LogEntries[0].LogIndex);

        using var material = AuthorityMaterial.Open(authority.Directory);
        await using var store = SqliteLedgerStore.OpenReadOnly(material.Paths.Database);
        var report = await Fsck.RunAsync(store, material.Ledger, material.Paths.HighWater, TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
        Assert.Equal(6, report.Leaves);
    }
}

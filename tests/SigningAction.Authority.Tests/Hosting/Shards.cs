using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Trust;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>What an administrator does with the logs of an authority, and what its customers then see. The first log is 127.0.0.1, the second localhost.</summary>
internal static class Shards
{
    private static readonly byte[] Signed = "artifact"u8.ToArray();

    /// <summary>Starts a second log.</summary>
    public static async Task AddShardAsync(this AuthorityInProcess authority)
    {
        await authority.StopAsync();
        await ShardSetup.AddAsync(authority.Directory, authority.OtherUrl, false, TimeProvider.System);
        await authority.StartAgainAsync();
    }

    /// <summary>Freezes the first log.</summary>
    public static async Task FreezeFirstAsync(this AuthorityInProcess authority)
    {
        await authority.StopAsync();
        await ShardSetup.FreezeAsync(authority.Directory, "127.0.0.1", TimeProvider.System);
        await authority.StartAgainAsync();
    }

    /// <summary>Signs, in the log that has the client's host name.</summary>
    public static async Task<Bundle> SignAsync(this AuthorityInProcess authority, HttpClient client)
    {
        using var signer = new TestSigner(client);
        return await signer.SignAsync(authority.Issuer, Signed);
    }

    /// <summary>Verifies what was signed, with the trusted root as it is now.</summary>
    public static void Verify(this AuthorityInProcess authority, Bundle bundle) => new Verifier(authority.Root()).Verify(
        bundle, Artifact.OfBytes(Signed), new VerificationPolicy { Issuer = authority.Issuer.Url, Repository = authority.Issuer.Run.Repository });

    public static TrustedRoot Root(this AuthorityInProcess authority) => TrustedRoot.Parse(authority.Host.Trust[AuthorityTrust.TrustedRootFile].Span);

    public static SigningConfig Config(this AuthorityInProcess authority) => SigningConfig.Parse(authority.Host.Trust[AuthorityTrust.SigningConfigFile].Span);

    /// <summary>The log that a signer takes now.</summary>
    public static string LogToUse(this AuthorityInProcess authority) => Assert.Single(authority.Config().SelectLogs([2], TimeProvider.System.GetUtcNow())).Url;

    /// <summary>fsck finds nothing.</summary>
    public static async Task AssertCleanAsync(this AuthorityInProcess authority)
    {
        using var material = AuthorityMaterial.Open(authority.Directory);
        await using var store = SqliteLedgerStore.OpenReadOnly(material.Paths.Database);
        Assert.Empty((await Fsck.RunAsync(store, material.Ledger, material.Paths.HighWater)).Findings);
    }
}

using System.Net;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Tests.Clock;
using SigningAction.Authority.Trust;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>L-24: the way on for an authority whose own certificates end: a new set is made and trusted, then used; what the old one signed verifies as before.</summary>
public sealed class RenewalTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task L24_a_new_set_is_trusted_first_and_used_then_and_the_bundles_of_both_verify()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        var first = await authority.SignAsync(authority.Client);
        var oldRoot = authority.Root();
        await authority.StopAsync();
        Assert.Equal(2, (await Renewal.MakeAsync(authority.Directory, TimeProvider.System)).Number);
        await authority.StartAgainAsync();

        // Trusted and not used: a verifier that has only the old root notices nothing.
        var between = await authority.SignAsync(authority.Client);
        Assert.Equal((2, 2), (authority.Root().CertificateAuthorities.Count, authority.Root().TimestampAuthorities.Count));
        RequireVerifies(authority, oldRoot, between);
        var newRoot = authority.Root();

        await authority.StopAsync();
        Assert.Equal(2, (await Renewal.SwitchAsync(authority.Directory, TimeProvider.System)).Number);

        // The old keys are not read any more.
        foreach (var key in (AuthorityKey[])[AuthorityKey.CaRoot, AuthorityKey.CaIntermediate, AuthorityKey.TsaRoot, AuthorityKey.Tsa])
        {
            File.Delete(KeyDirectory.Open(authority.Paths.Keys).PathOf(key));
        }

        await authority.StartAgainAsync();
        var after = await authority.SignAsync(authority.Client);
        foreach (var root in (TrustedRoot[])[newRoot, authority.Root()])
        {
            Assert.All([first, between, after], bundle => RequireVerifies(authority, root, bundle));
        }

        var refused = Assert.Throws<EvidenceException>(() => RequireVerifies(authority, oldRoot, after));
        Assert.Equal(FailureCode.UntrustedIssuer, refused.Code);
        Assert.NotNull(authority.Root().CertificateAuthorities[0].ValidFor.End);
        Assert.Null(authority.Root().CertificateAuthorities[1].ValidFor.End);

        // Whoever reads the certificate log finds the issuers of both.
        foreach (var issuer in authority.Host.Material.Sets.SelectMany(set => set.Chain.Certificates))
        {
            using var answer = await authority.Client.GetAsync($"/ct/issuer/{Sha256Digest.Of(issuer.RawBytes.Span)}", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        await authority.AssertCleanAsync();
    }

    [Fact]
    public async Task L24_an_authority_whose_certificates_have_ended_goes_on_after_renewal_and_its_old_bundles_verify()
    {
        var time = new MovableClock(new FakeTimeProvider(Start));
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Time = time });
        var old = await authority.SignAsync(authority.Client);
        time.Set = Expiry.EndOfUse(authority.Host.Material) - Start;
        await authority.StopAsync();
        var refused = await Assert.ThrowsAsync<ConfigurationRefusedException>(authority.StartAgainAsync);
        Assert.Contains($"'signing-authority renew {authority.Directory}'", refused.Message, StringComparison.Ordinal);

        _ = await Renewal.MakeAsync(authority.Directory, time);
        _ = await Renewal.SwitchAsync(authority.Directory, time);
        await authority.StartAgainAsync();
        Assert.All([old, await authority.SignAsync(authority.Client)], authority.Verify);
        Assert.Contains("\"certificates\":\"valid\"", await authority.Client.GetStringAsync("/readyz", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_that_does_not_sign_is_not_switched_to_and_a_renewal_that_was_cut_short_is_run_again()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        await Assert.ThrowsAsync<StoreRefusedException>(() => Renewal.MakeAsync(authority.Directory, TimeProvider.System));
        await authority.StopAsync();
        await RefusedAsync(() => Renewal.SwitchAsync(authority.Directory, TimeProvider.System), "No set waits");

        // Everything is made but the list: nobody knows of it.
        _ = await Renewal.MakeAsync(authority.Directory, TimeProvider.System);
        File.Delete(authority.Paths.CertificateSets);
        _ = await Renewal.MakeAsync(authority.Directory, TimeProvider.System);
        await RefusedAsync(() => Renewal.MakeAsync(authority.Directory, TimeProvider.System), "--switch");

        var key = KeyDirectory.Open(authority.Paths.Keys).PathOf(AuthorityKey.Tsa, 2);
        var kept = await File.ReadAllBytesAsync(key, TestContext.Current.CancellationToken);
        File.Copy(KeyDirectory.Open(authority.Paths.Keys).PathOf(AuthorityKey.Tsa), key, overwrite: true);
        await RefusedAsync(() => Renewal.SwitchAsync(authority.Directory, TimeProvider.System), "does not verify");
        await File.WriteAllBytesAsync(key, kept, TestContext.Current.CancellationToken);
        await authority.StartAgainAsync();
        await Assert.ThrowsAsync<StoreRefusedException>(() => Renewal.SwitchAsync(authority.Directory, TimeProvider.System));
        await authority.StopAsync();
        _ = await Renewal.SwitchAsync(authority.Directory, TimeProvider.System);
        await authority.StartAgainAsync();
        authority.Verify(await authority.SignAsync(authority.Client));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"sets":[]}""")]
    [InlineData("""{"sets":[null]}""")]
    [InlineData("""{"sets":[{"number":2}]}""")]
    [InlineData("""{"sets":[{"number":1,"replaced":"2026-11-23T12:00:00+00:00"}]}""")]
    [InlineData("""{"sets":[{"number":1},{"number":2,"replaced":"2026-11-23T12:00:00+00:00"}]}""")]
    [InlineData("""{"sets":[{"number":1},{"number":2},{"number":3}]}""")]
    [InlineData("""{"sets":[{"number":1,"x":1}]}""")]
    public void A_list_of_sets_that_is_none_is_refused(string text)
    {
        using var files = new TemporaryDirectory();
        File.WriteAllText(files.File("certificates.json"), text);
        Assert.Contains("Restore it from the backup", Assert.Throws<ConfigurationRefusedException>(() => CertificateSetsFile.Read(files.File("certificates.json"))).Message, StringComparison.Ordinal);
    }

    private static void RequireVerifies(AuthorityInProcess authority, TrustedRoot root, Bundle bundle) => new Verifier(root).Verify(
        bundle, Artifact.OfBytes("artifact"u8.ToArray()), new VerificationPolicy { Issuer = authority.Issuer.Url, Repository = authority.Issuer.Run.Repository });

    private static async Task RefusedAsync(Func<Task> action, string reason) =>
        Assert.Contains(reason, (await Assert.ThrowsAsync<ConfigurationRefusedException>(action)).Message, StringComparison.Ordinal);
}

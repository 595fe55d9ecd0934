using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Policy;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>An authority is made once and whole, and one that was tampered with does not start.</summary>
public sealed class SetupTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_new_authority_refuses_everybody_accepts_GitHubs_issuer_and_keeps_its_keys_to_itself()
    {
        var paths = AuthorityPaths.Of(await CreateAsync());
        var policy = PolicyFile.Load(paths.Policy);
        Assert.Equal(PolicyReason.NoRules, policy.Decide(InMemorySigstore.Workflow).Reason);
        Assert.Equal(AuthoritySetup.GitHubIssuer, Assert.Single(ConfigurationFile.Read(paths.Configuration).Exchange.Issuers).Url);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(paths.Keys));
        Assert.All(
            Directory.GetFiles(paths.Keys),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(file)));
        Assert.Equal([paths.Root], Directory.GetFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task Nothing_is_overwritten()
    {
        var path = await CreateAsync();
        var before = await File.ReadAllBytesAsync(Path.Combine(path, "keys", "ca-root.pem"), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ConfigurationRefusedException>(() => CreateAsync());
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(path, "keys", "ca-root.pem"), TestContext.Current.CancellationToken));

        Directory.CreateDirectory(_directory.File("other"));
        await File.WriteAllTextAsync(_directory.File("other/note"), "mine", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ConfigurationRefusedException>(() => CreateAsync("other"));
        Assert.Single(Directory.GetFileSystemEntries(_directory.File("other")));
    }

    [Fact]
    public async Task An_empty_directory_is_taken()
    {
        Directory.CreateDirectory(_directory.File("empty"));
        Assert.True(File.Exists(AuthorityPaths.Of(await CreateAsync("empty")).Configuration));
    }

    [Fact]
    public async Task A_run_that_fails_leaves_nothing_behind()
    {
        var options = new AuthoritySetupOptions { Url = "https://sign.example", Organization = new string('o', 65) };
        await Assert.ThrowsAsync<ConfigurationRefusedException>(
            () => AuthoritySetup.CreateAsync(_directory.File("a"), options, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.GetFileSystemEntries(_directory.Path));
    }

    [Theory]
    [InlineData("https://sign.example.com")]
    [InlineData("https://sign.example.com:8443")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost")]
    public void A_URL_that_can_be_kept_for_life_is_taken(string url) => Assert.Null(AuthorityUrl.Fault(url));

    [Theory]
    [InlineData("http://sign.example.com")]
    [InlineData("https://sign.example.com/")]
    [InlineData("https://sign.example.com/path")]
    [InlineData("https://sign.example.com?x")]
    [InlineData("https://sign.example.com#x")]
    [InlineData("https://user@sign.example.com")]
    [InlineData("https://sign.example.com:443")]
    [InlineData("https://sign.example.com.")]
    [InlineData("https://Sign.example.com")]
    [InlineData("https://größe.example")]
    [InlineData("https://[2001:db8::1]")]
    [InlineData("http://127.0.0.1.example.com")]
    [InlineData("http://2130706433")]
    [InlineData("ftp://sign.example.com")]
    [InlineData("sign.example.com")]
    [InlineData("")]
    public void Any_other_is_refused(string url) => Assert.NotNull(AuthorityUrl.Fault(url));

    [Fact]
    public async Task Signing_in_the_second_of_set_up_is_inside_every_validity()
    {
        var now = TimeProvider.System.GetUtcNow();
        using var material = AuthorityMaterial.Open(await CreateAsync());
        var root = TrustedRoot.Parse(material.Trust().Root.ToJson());
        Assert.All(material.Chain.Certificates.Concat(material.TimestampChain), certificate => Assert.True(certificate.IsValidAt(now)));
        Assert.True(root.CertificateAuthorities[0].ValidFor.Contains(now));
        Assert.True(root.TimestampAuthorities[0].ValidFor.Contains(now));
    }

    [Fact]
    public async Task All_certificates_carry_the_same_single_O()
    {
        using var material = AuthorityMaterial.Open(await CreateAsync());
        Assert.All(
            material.Chain.Certificates.Concat(material.TimestampChain),
            certificate => Assert.Equal("octo", Assert.Single(certificate.Subject.Organizations)));
    }

    [Theory]
    [InlineData("\"organization\": \"octo\"", "\"organization\": \"evil\"")]
    [InlineData("\"url\": \"https://sign.example\"", "\"url\": \"http://sign.example\"")]
    [InlineData("\"trustedProxies\"", "\"trustedProxy\"")]
    [InlineData("\"requestsPerSecond\": 500", "\"requestsPerSecond\": 0")]
    [InlineData("\"kind\": \"GitHubActions\"", "\"kind\": \"None\"")]
    [InlineData("\"audience\": \"sigstore\"", "\"audience\": \"\"")]
    [InlineData("\"limits\"", "\"limits\": null, \"limits\"")]
    [InlineData("{", "[")]
    public async Task A_configuration_that_is_not_sound_stops_the_start(string from, string to)
    {
        var paths = AuthorityPaths.Of(await CreateAsync());
        var text = await File.ReadAllTextAsync(paths.Configuration, TestContext.Current.CancellationToken);
        Assert.Contains(from, text, StringComparison.Ordinal);
        var at = text.IndexOf(from, StringComparison.Ordinal);
        await File.WriteAllTextAsync(paths.Configuration, text[..at] + to + text[(at + from.Length)..], TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ConfigurationRefusedException>(() => StartAsync(paths.Root));
    }

    [Fact]
    public async Task A_host_other_than_the_one_of_init_stops_the_start()
    {
        var paths = AuthorityPaths.Of(await CreateAsync());
        var text = await File.ReadAllTextAsync(paths.Configuration, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(paths.Configuration, text.Replace("sign.example", "other.example", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<ConfigurationRefusedException>(() => StartAsync(paths.Root));
    }

    [Theory]
    [InlineData("ca-intermediate.pem")]
    [InlineData("ca-root.pem")]
    [InlineData("tsa.pem")]
    [InlineData("tsa-root.pem")]
    public async Task A_certificate_of_another_authority_stops_the_start(string file)
    {
        var mine = AuthorityPaths.Of(await CreateAsync());
        var other = AuthorityPaths.Of(await CreateAsync("other"));
        File.Copy(Path.Combine(other.Certificates, file), Path.Combine(mine.Certificates, file), overwrite: true);
        await Assert.ThrowsAsync<ConfigurationRefusedException>(() => StartAsync(mine.Root));
    }

    [Fact]
    public async Task An_authority_whose_certificates_have_run_out_does_not_start()
    {
        var paths = AuthorityPaths.Of(await CreateAsync());
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow().AddYears(11));
        await Assert.ThrowsAsync<ConfigurationRefusedException>(
            () => AuthorityHost.StartAsync(paths.Root, new AuthorityHostOptions { Time = time, Listen = new ListenAddress(System.Net.IPAddress.Loopback, 0) }, TestContext.Current.CancellationToken));
    }

    private static Task<AuthorityHost> StartAsync(string directory) =>
        AuthorityHost.StartAsync(directory, new AuthorityHostOptions { Listen = new ListenAddress(System.Net.IPAddress.Loopback, 0) });

    private async Task<string> CreateAsync(string name = "authority")
    {
        var path = _directory.File(name);
        var options = new AuthoritySetupOptions { Url = "https://sign.example", Organization = "octo" };
        await AuthoritySetup.CreateAsync(path, options, TimeProvider.System, TestContext.Current.CancellationToken);
        return path;
    }
}

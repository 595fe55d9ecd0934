using System.Text;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Network;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Sources.Oci;
using HttpStatusCode = System.Net.HttpStatusCode;

namespace SigningAction.Verifier.Tests.Sources.Oci;

/// <summary>The manifest of the image is the artifact: what is signed is its digest.</summary>
public sealed class ImageBundlesTests : IDisposable
{
    private const string Base = "https://ghcr.io/v2/octo/app/";
    private const string Secret = "b2N0bzpzZWNyZXQ=";
    private const string BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private readonly Workspace _workspace = new();

    public ImageBundlesTests() => _workspace.Network.On($"{Base}manifests/v1", _workspace.Bytes);

    public void Dispose() => _workspace.Dispose();

    private string Digest => RegistryClient.DigestOf(_workspace.Bytes);

    private string Image => $"oci://ghcr.io/octo/app@{Digest}";

    private string ReferrersAddress => $"{Base}referrers/{Digest}?artifactType=application%2Fvnd.dev.sigstore.bundle.v0.3%2Bjson";

    private string FallbackAddress => $"{Base}manifests/{Digest.Replace(':', '-')}";

    [Fact]
    public void Bundles_attached_to_an_image_are_found_by_the_referrers_API()
    {
        _workspace.Network.On(ReferrersAddress, Index(Push(_workspace.Sigstore.Attest(_workspace.Bytes))));
        Assert.Equal((ExitCode.Verified, string.Empty), Verdict(Verify(Image)));
        Assert.Equal((ExitCode.Verified, string.Empty), Verdict(Verify(Image, "--bundle-from-oci")));
    }

    [Fact]
    public void A_registry_without_the_API_has_the_fallback_tag()
    {
        _workspace.Network.On(FallbackAddress, Index(Push(_workspace.Sigstore.Attest(_workspace.Bytes))));
        Assert.Equal(ExitCode.Verified, Verify(Image).Exit);
    }

    [Fact]
    public void A_tag_is_resolved_and_the_reader_is_told_to_use_the_digest()
    {
        _workspace.Network.On(ReferrersAddress, Index(Push(_workspace.Sigstore.Attest(_workspace.Bytes))));
        var outcome = Verify("oci://ghcr.io/octo/app:v1");
        Assert.Equal(ExitCode.Verified, outcome.Exit);
        Assert.Contains(Image, outcome.Error, StringComparison.Ordinal);

        Assert.Equal(ExitCode.NotChecked, Verify("oci://ghcr.io/octo/app:v1", "--offline").Exit);
        Assert.Equal(ExitCode.NotChecked, Verify("oci://ghcr.io/octo/app:none").Exit);
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    [InlineData("sarif")]
    [InlineData("junit")]
    public void That_a_tag_can_be_moved_is_told_in_every_format_and_with_every_verdict(string format)
    {
        _workspace.Network.On(ReferrersAddress, Index(Push(_workspace.Sigstore.Attest(_workspace.Bytes))));
        foreach (var repository in new[] { "octo/app", "octo/other" })
        {
            var outcome = _workspace.Verify("oci://ghcr.io/octo/app:v1", "--repo", repository, "--format", format);
            Assert.Contains("a tag can be moved, so use the digest", outcome.Out + outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_digest_with_a_bundle_at_hand_needs_no_registry()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        Assert.Equal(ExitCode.Verified, Verify(Image, "--bundle", _workspace.Bundle).Exit);
        Assert.Empty(_workspace.Network.Asked);
    }

    [Fact]
    public void Without_a_bundle_in_the_registry_GitHub_is_asked_unless_only_the_registry_was_meant()
    {
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), Verdict(Verify(Image)));
        Assert.Contains(_workspace.Network.Asked, address => address.StartsWith("https://api.github.com/", StringComparison.Ordinal));
        _workspace.Network.Asked.Clear();
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), Verdict(Verify(Image, "--bundle-from-oci")));
        Assert.Equal([ReferrersAddress, FallbackAddress], _workspace.Network.Asked);
    }

    [Fact]
    public void Bytes_of_another_digest_are_not_taken_from_any_registry()
    {
        var manifest = Push(_workspace.Sigstore.Attest(_workspace.Bytes));
        _workspace.Network.On(ReferrersAddress, Index(manifest)).On($"{Base}manifests/{manifest}", "{}");
        var outcome = Verify(Image);
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(outcome));
        Assert.Contains("bytes of another digest", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_referrer_does_not_hide_the_good_one_behind_it()
    {
        var good = Push(_workspace.Sigstore.Attest(_workspace.Bytes));
        var large = new byte[Limits.BundleBytes + 1];
        _workspace.Network.On($"{Base}blobs/{RegistryClient.DigestOf(large)}", large);
        string[] bad =
        [
            Push("""{"layers":[null]}"""u8.ToArray()),
            Push("no JSON"u8.ToArray()),
            Push(Manifest(RegistryClient.DigestOf("not there"u8))),
            Push(Manifest(RegistryClient.DigestOf(large))),
        ];
        foreach (var first in bad)
        {
            _workspace.Network.On(ReferrersAddress, Index(first, good));
            Assert.Equal((ExitCode.Verified, string.Empty), Verdict(Verify(Image, "--bundle-from-oci")));
            _workspace.Network.On(ReferrersAddress, Index(first));
            Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(Verify(Image, "--bundle-from-oci")));
        }
    }

    [Fact]
    public void A_network_that_went_away_is_not_asked_for_every_referrer()
    {
        var asked = 0;
        var manifest = RegistryClient.DigestOf("one"u8);
        _workspace.Network.On(ReferrersAddress, Index(manifest, RegistryClient.DigestOf("two"u8)))
            .On($"{Base}manifests/{manifest}", _ => ++asked > 0 ? throw new HttpRequestException("gone") : null!);
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(Verify(Image, "--bundle-from-oci")));
        Assert.Equal(asked + 1, _workspace.Network.Asked.Count);
    }

    [Fact]
    public void The_limit_is_of_all_bundles_of_an_image_and_not_of_each_of_its_referrers()
    {
        var blob = "{}"u8.ToArray();
        _workspace.Network.On($"{Base}blobs/{RegistryClient.DigestOf(blob)}", blob)
            .On(ReferrersAddress, Index(Push(Manifest(RegistryClient.DigestOf(blob), layers: 2)), Push(Manifest(RegistryClient.DigestOf(blob), layers: 3)), Push(Manifest(RegistryClient.DigestOf(blob), layers: 4))));
        Assert.Equal(ExitCode.Refused, Verify(Image, "--bundle-from-oci", "--limit", "4").Exit);
        Assert.Equal(4, _workspace.Network.Asked.Count(address => address.Contains("/blobs/", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_bundles_of_an_image_have_a_cap_in_all()
    {
        // Each under its own cap, and refused as a bundle; what is over the cap of all is not even read.
        var blob = new byte[Limits.BundleBytes];
        var fit = (int)(SourceLimits.FetchedBytes / blob.Length);
        _workspace.Network.On($"{Base}blobs/{RegistryClient.DigestOf(blob)}", blob).On(ReferrersAddress, Index(Push(Manifest(RegistryClient.DigestOf(blob), layers: fit + 3))));
        var outcome = Verify(Image, "--bundle-from-oci");
        Assert.Equal(ExitCode.Refused, outcome.Exit);
        Assert.Contains(": NOT_CHECKED", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(fit + 1, _workspace.Network.Asked.Count(address => address.Contains("/blobs/", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_is_attached_to_another_image_or_is_no_bundle_is_passed_over()
    {
        var manifest = Push(_workspace.Sigstore.Attest(_workspace.Bytes), subject: $"sha256:{new string('0', 64)}");
        _workspace.Network.On(ReferrersAddress, Index(manifest));
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), Verdict(Verify(Image, "--bundle-from-oci")));

        _workspace.Network.On(ReferrersAddress, """{"manifests":[{"digest":"../../secret","artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json","size":1},{"digest":"sha256:00","size":1},{"size":1}]}""");
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), Verdict(Verify(Image, "--bundle-from-oci")));
    }

    [Theory]
    [InlineData("""{"manifests":[null]}""")]
    [InlineData("""{"manifests":[{"digest":null,"artifactType":null},null]}""")]
    [InlineData("""{"manifests":1}""")]
    [InlineData("null")]
    public void A_list_of_another_form_ends_the_work_on_that_image_and_no_other(string index)
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes)).Network.On(ReferrersAddress, index);
        var outcome = Verify(Image, _workspace.Artifact);
        Assert.Equal(ExitCode.NotChecked, outcome.Exit);
        Assert.Contains("1 verified, 0 refused, 1 not checked", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"layers":[null]}""")]
    [InlineData("""{"layers":{} }""")]
    [InlineData("null")]
    public void A_manifest_of_another_form_is_nobodys_verdict(string manifest)
    {
        _workspace.Network.On(ReferrersAddress, Index(Push(Encoding.UTF8.GetBytes(manifest))));
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(Verify(Image, "--bundle-from-oci")));
    }

    [Theory]
    [InlineData("auths", "Basic b2N0bzpzZWNyZXQ=")]
    [InlineData("none", "")]
    public void A_token_is_asked_for_as_the_registry_says_with_what_docker_login_left(string config, string basic)
    {
        const string Realm = "https://auth.example/token";
        const string Asked = Realm + "?service=ghcr.io&scope=repository%3Aocto%2Fapp%3Apull";
        LogIn(config == "none" ? """{"credsStore":"desktop"}""" : null);
        var index = Index(Push(_workspace.Sigstore.Attest(_workspace.Bytes)));
        _workspace.Network
            .On(ReferrersAddress, request => request.Headers.Authorization?.ToString() == "Bearer t0k3n"
                ? ScriptedNetwork.Answer(Encoding.UTF8.GetBytes(index))
                : ScriptedNetwork.Answer([], HttpStatusCode.Unauthorized, ("WWW-Authenticate", $"Bearer realm=\"{Realm}\",service=\"ghcr.io\",scope=\"repository:octo/app:pull,push\"")))
            .On(Asked, """{"token":"t0k3n"}""");
        Assert.Equal(ExitCode.Verified, Verify(Image).Exit);
        Assert.Equal([ReferrersAddress, $"{Asked} {basic}".TrimEnd(), $"{ReferrersAddress} Bearer t0k3n"], _workspace.Network.Asked.Take(3));
    }

    [Fact]
    public void A_blob_behind_a_redirect_is_fetched_without_the_registrys_secret()
    {
        const string Storage = "https://storage.example/blob";
        var bundle = _workspace.Sigstore.Attest(_workspace.Bytes).ToJson();
        _workspace.Network
            .On(ReferrersAddress, request => request.Headers.Authorization is null
                ? ScriptedNetwork.Answer([], HttpStatusCode.Unauthorized, ("WWW-Authenticate", "Bearer realm=\"https://ghcr.io/token\""))
                : ScriptedNetwork.Answer(Encoding.UTF8.GetBytes(Index(Push(_workspace.Sigstore.Attest(_workspace.Bytes))))))
            .On("https://ghcr.io/token?scope=repository%3Aocto%2Fapp%3Apull", """{"access_token":"t0k3n"}""");
        var manifest = Push(Bundle.Parse(bundle));
        _workspace.Network
            .On(ReferrersAddress, request => request.Headers.Authorization is null
                ? ScriptedNetwork.Answer([], HttpStatusCode.Unauthorized, ("WWW-Authenticate", "Bearer realm=\"https://ghcr.io/token\""))
                : ScriptedNetwork.Answer(Encoding.UTF8.GetBytes(Index(manifest))))
            .On($"{Base}blobs/{RegistryClient.DigestOf(bundle)}", HttpStatusCode.TemporaryRedirect, ("Location", Storage))
            .On(Storage, bundle);
        Assert.Equal(ExitCode.Verified, Verify(Image).Exit);
        Assert.Equal(Storage, _workspace.Network.Asked[^1]);
    }

    [Fact]
    public void A_challenge_behind_a_redirect_gets_no_secret_of_the_registry()
    {
        const string Elsewhere = "https://evil.example/referrers";
        LogIn();
        _workspace.Network
            .On(ReferrersAddress, HttpStatusCode.TemporaryRedirect, ("Location", Elsewhere))
            .On(Elsewhere, HttpStatusCode.Unauthorized, ("WWW-Authenticate", "Bearer realm=\"https://evil.example/token\""))
            .On("https://evil.example/token?scope=repository%3Aocto%2Fapp%3Apull", """{"token":"t0k3n"}""");
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(Verify(Image, "--bundle-from-oci")));
        Assert.Equal([ReferrersAddress, Elsewhere], _workspace.Network.Asked);
        _workspace.Network.Asked.Clear();

        _workspace.Network.On(Elsewhere, HttpStatusCode.Unauthorized, ("WWW-Authenticate", "Basic realm=\"evil\""));
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(Verify(Image, "--bundle-from-oci")));
        Assert.Equal([ReferrersAddress, Elsewhere], _workspace.Network.Asked);
    }

    [Fact]
    public void A_page_on_the_server_behind_a_redirect_gets_no_secret_of_the_registry()
    {
        const string Elsewhere = "https://evil.example/referrers";
        LogIn();
        _workspace.Network
            .On(ReferrersAddress, request => request.Headers.Authorization is null
                ? ScriptedNetwork.Answer([], HttpStatusCode.Unauthorized, ("WWW-Authenticate", "Basic realm=\"registry\""))
                : ScriptedNetwork.Answer([], HttpStatusCode.TemporaryRedirect, ("Location", Elsewhere)))
            .On(Elsewhere, _ => ScriptedNetwork.Answer("""{"manifests":[]}"""u8.ToArray(), HttpStatusCode.OK, ("Link", "<https://evil.example/more>; rel=\"next\"")));
        Assert.Equal((ExitCode.Refused, "NO_BUNDLE"), Verdict(Verify(Image, "--bundle-from-oci")));
        Assert.Equal([ReferrersAddress, $"{ReferrersAddress} Basic {Secret}", Elsewhere], _workspace.Network.Asked);

        // Nor does any other address get it.
        using var web = new WebClient(new Surroundings { Network = () => _workspace.Network, Variable = name => _workspace.Variables.GetValueOrDefault(name) });
        var registry = new RegistryClient(web, new RegistryCredentials(new Surroundings { Variable = name => _workspace.Variables.GetValueOrDefault(name) }));
        var image = ImageReference.Parse(Image);
        _ = registry.Page(image, new Uri(ReferrersAddress));
        _workspace.Network.Asked.Clear();
        _ = registry.Page(image, new Uri(Elsewhere));
        Assert.Equal([Elsewhere], _workspace.Network.Asked);
    }

    [Fact]
    public void A_registry_that_refuses_is_nobodys_verdict()
    {
        _workspace.Network.On(ReferrersAddress, HttpStatusCode.Forbidden);
        var outcome = Verify(Image, "--bundle-from-oci");
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), Verdict(outcome));
        Assert.Contains("docker login", outcome.Error, StringComparison.Ordinal);
    }

    private static (ExitCode Exit, string Reason) Verdict(Outcome outcome) => (outcome.Exit, outcome.Exit == ExitCode.Verified ? string.Empty : outcome.Reason);

    private static string Index(params string[] manifests) => $$"""{"schemaVersion":2,"manifests":[{{string.Join(',', manifests.Select(manifest =>
        $$"""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{manifest}}","size":7,"artifactType":"{{BundleType}}"}"""))}}]}""";

    private byte[] Manifest(string blob, string? subject = null, int layers = 1) => Encoding.UTF8.GetBytes($$"""
        {"schemaVersion":2,"artifactType":"{{BundleType}}","layers":[{{string.Join(',', Enumerable.Repeat($$"""{"mediaType":"{{BundleType}}","digest":"{{blob}}","size":1}""", layers))}}],"subject":{"digest":"{{subject ?? Digest}}","size":1} }
        """);

    /// <summary>Docker's configuration, unless another is given with the secret for the registry.</summary>
    private void LogIn(string? config = null)
    {
        var folder = Directory.CreateDirectory(_workspace.Under("docker")).FullName;
        _workspace.Variables["DOCKER_CONFIG"] = folder;
        File.WriteAllText(Path.Combine(folder, "config.json"), config ?? $$"""{"auths":{"ghcr.io":{"auth":"{{Secret}}"} } }""");
    }

    private Outcome Verify(params string[] args) => _workspace.Verify([.. args, "--repo", "octo/app"]);

    /// <summary>Puts a bundle into the registry and returns its manifest's digest.</summary>
    private string Push(Bundle bundle, string? subject = null)
    {
        var blob = bundle.ToJson();
        _workspace.Network.On($"{Base}blobs/{RegistryClient.DigestOf(blob)}", blob);
        return Push(Manifest(RegistryClient.DigestOf(blob), subject));
    }

    private string Push(byte[] manifest)
    {
        _workspace.Network.On($"{Base}manifests/{RegistryClient.DigestOf(manifest)}", manifest);
        return RegistryClient.DigestOf(manifest);
    }
}

using System.Text;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Publishing.Registries;
using SigningAction.Agent.Services;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Publishing;

public sealed class RegistryPublishingTests : IDisposable
{
    private const string Name = $"{SmallRegistry.Host}/octo/app";
    private static readonly string Content = Encoding.UTF8.GetString(SmallRegistry.Image);

    private readonly UnhurriedTime _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly SmallRegistry _registry = new();
    private readonly HttpClient _http;
    private readonly TestPlace _place;

    public RegistryPublishingTests()
    {
        _http = ServiceHttp.CreateClient(_registry);
        _place = new TestPlace { Time = _time }.AsGitHubJob();
    }

    [Fact]
    public async Task A_bundle_is_attached_to_its_multi_arch_index_as_cosign_attaches_it()
    {
        var bundle = SampleBundles.Attestation(Name, Content);
        var published = await OneAsync(bundle);
        Assert.Equal(PublicationState.Published, published.State);
        var manifest = Assert.Single(_registry.Referrers);
        Assert.Equal("application/vnd.dev.sigstore.bundle.v0.3+json", manifest["artifactType"]!.GetValue<string>());
        Assert.Equal("application/vnd.oci.image.index.v1+json", manifest["subject"]!["mediaType"]!.GetValue<string>());
        Assert.Equal(SmallRegistry.Image.Length, manifest["subject"]!["size"]!.GetValue<int>());
        Assert.Equal("sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", manifest["config"]!["digest"]!.GetValue<string>());
        Assert.Equal("dsse-envelope", manifest["annotations"]!["dev.sigstore.bundle.content"]!.GetValue<string>());
        Assert.Equal("https://slsa.dev/provenance/v1", manifest["annotations"]!["dev.sigstore.bundle.predicateType"]!.GetValue<string>());
        Assert.Equal(bundle.Json.ToArray(), _registry.Blob(manifest["layers"]![0]!["digest"]!.GetValue<string>()));
        Assert.Empty(_registry.Tagged);
    }

    [Fact]
    public async Task A_plain_signature_is_attached_as_one()
    {
        await OneAsync(SampleBundles.Signature(Name, Content));
        Assert.Equal("message-signature", Assert.Single(_registry.Referrers)["annotations"]!["dev.sigstore.bundle.content"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attached_twice_it_is_attached_once(bool referrers)
    {
        _registry.HasReferrers = referrers;
        var bundle = SampleBundles.Attestation(Name, Content);
        await OneAsync(bundle);
        Assert.Equal(PublicationState.AlreadyThere, (await OneAsync(bundle)).State);
        Assert.Single(_registry.Referrers);
        Assert.Equal(referrers ? 0 : 1, _registry.Tagged.Count);
    }

    [Fact]
    public async Task A_bundle_about_another_image_is_not_attached()
    {
        Assert.Empty(await PublishAsync(SampleBundles.Attestation(Name, "another")));
        Assert.Empty(_registry.Seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_referrers_API_the_tag_lists_it_and_no_line_is_lost_in_a_race(bool etags)
    {
        (_registry.HasReferrers, _registry.HasETags) = (false, etags);
        _registry.AddToTag("sha256:first");
        var races = 0;
        _registry.BeforeTag = registry =>
        {
            // Somebody adds a line between our reading and our writing; without ETags our writing loses it, and it is theirs to see and mend.
            if (etags && races++ < 3)
            {
                registry.AddToTag($"sha256:race{races}");
            }
        };
        var published = await OneAsync(SampleBundles.Attestation(Name, Content));
        Assert.Contains(published.Id, _registry.Tagged);
        Assert.Contains("sha256:first", _registry.Tagged);
        Assert.Equal(etags ? 5 : 2, _registry.Tagged.Count);
        Assert.Contains("\"theirs\":\"kept\"", _registry.TagText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Our_line_that_somebody_overwrote_is_written_again()
    {
        (_registry.HasReferrers, _registry.HasETags) = (false, false);
        var writes = 0;
        var bundle = SampleBundles.Attestation(Name, Content);
        var reads = 0;
        _registry.BeforeTag = _ => writes++;
        using var racing = new OverwritingHandler(_registry, () => writes == 1 && reads++ == 0);
        using var http = ServiceHttp.CreateClient(racing);
        var published = Assert.Single(await _time.RunAsync(new Publisher([Target(http)]).PublishAsync([bundle], cancellation: TestContext.Current.CancellationToken)));
        Assert.Contains(published.Id, _registry.Tagged);
        Assert.Contains("sha256:theirs", _registry.Tagged);
        Assert.Equal(2, writes);
    }

    [Fact]
    public async Task A_tag_that_is_no_index_is_not_overwritten()
    {
        _registry.HasReferrers = false;
        _registry.Put($"sha256-{SmallRegistry.Digest}", """{"schemaVersion":2,"layers":[]}""", "application/vnd.oci.image.manifest.v1+json");
        var failed = await OneAsync(SampleBundles.Attestation(Name, Content));
        Assert.Contains("is no index of referrers", failed.Problem, StringComparison.Ordinal);
        Assert.Equal("""{"schemaVersion":2,"layers":[]}""", _registry.TagText);
    }

    [Fact]
    public async Task Lines_of_another_form_in_the_index_of_referrers_are_kept_and_spoil_nothing()
    {
        const string Lines = """null,1,"x",[],{},{"digest":null},{"digest":7}""";
        _registry.HasReferrers = false;
        _registry.Put($"sha256-{SmallRegistry.Digest}", $$"""{"schemaVersion":2,"manifests":[{{Lines}}]}""", "application/vnd.oci.image.index.v1+json");
        var published = await OneAsync(SampleBundles.Attestation(Name, Content));
        Assert.Equal((PublicationState.Published, null), (published.State, published.Problem));
        Assert.Contains(Lines, _registry.TagText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_in_of_docker_is_used_and_masked()
    {
        DockerConfig("auths", $$"""{"auth":"{{Convert.ToBase64String("octo:pass-canary-31"u8)}}"}""");
        _registry.Wants = $"Basic {Convert.ToBase64String("octo:pass-canary-31"u8)}";
        Assert.Null((await OneAsync(SampleBundles.Attestation(Name, Content))).Problem);
        Assert.Contains("::add-mask::pass-canary-31", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains("::add-mask::registry-token-canary-77aa", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Single(_registry.Seen, s => s.Path == "/token");
    }

    [Fact]
    public async Task A_registry_that_wants_the_password_itself_gets_it()
    {
        DockerConfig("auths", $$"""{"auth":"{{Convert.ToBase64String("octo:pass"u8)}}"}""");
        (_registry.Realm, _registry.Wants) = (null, $"Basic {Convert.ToBase64String("octo:pass"u8)}");
        Assert.Equal(PublicationState.Published, (await OneAsync(SampleBundles.Attestation(Name, Content))).State);
    }

    [Fact]
    public async Task A_log_in_without_a_password_is_no_log_in_and_said_to_be_none()
    {
        DockerConfig("auths", $$"""{"auth":"{{Convert.ToBase64String("octo:"u8)}}"}""");
        _registry.Wants = "Basic nobody";
        Assert.Contains("is no Docker config", (await OneAsync(SampleBundles.Attestation(Name, Content))).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"schemaVersion":2,"manifests":null}""")]
    [InlineData("""{"schemaVersion":2,"manifests":[null]}""")]
    [InlineData("""{"schemaVersion":2}""")]
    public async Task A_list_of_referrers_with_nothing_in_it_lists_nothing(string list)
    {
        _registry.ReferrersText = list;
        Assert.Equal(PublicationState.Published, (await OneAsync(SampleBundles.Attestation(Name, Content))).State);
        Assert.Single(_registry.Tagged);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("7")]
    [InlineData("{\"digest\":7}")]
    public async Task A_strange_line_of_the_tag_is_left_as_it_is(string line)
    {
        _registry.HasReferrers = false;
        _registry.Put($"sha256-{SmallRegistry.Digest}", $$"""{"schemaVersion":2,"manifests":[{{line}}]}""", "application/vnd.oci.image.index.v1+json");
        Assert.Equal(PublicationState.Published, (await OneAsync(SampleBundles.Attestation(Name, Content))).State);
        Assert.Contains($"[{line},", _registry.TagText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refresh_token_is_exchanged()
    {
        DockerConfig("auths", """{"identitytoken":"refresh-canary-8"}""");
        _registry.Wants = "refresh_token=refresh-canary-8";
        Assert.Equal(PublicationState.Published, (await OneAsync(SampleBundles.Attestation(Name, Content))).State);
    }

    [Fact]
    public async Task A_credential_helper_is_asked_and_sees_no_token_of_the_job()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("The helper of this test is a shell script.");
            return;
        }

        var helper = _place.Write("bin/docker-credential-test", """
            #!/bin/sh
            env > "$HOME/helper-env"
            read registry || true
            printf '{"ServerURL":"%s","Username":"octo","Secret":"from-helper"}' "$registry"
            """);
        File.SetUnixFileMode(helper, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        _place.Variables["PATH"] = $"{_place.PathOf("bin")}:/usr/bin:/bin";
        _place.Variables["HOME"] = _place.Directory_;
        _place.Variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "job-canary-1";
        DockerConfig("credHelpers", "\"test\"");
        _registry.Wants = $"Basic {Convert.ToBase64String("octo:from-helper"u8)}";
        var publishing = new Publisher([Target(_http)]).PublishAsync([SampleBundles.Attestation(Name, Content)], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(PublicationState.Published, Assert.Single(await publishing).State);
        Assert.DoesNotContain("job-canary-1", await File.ReadAllTextAsync(_place.PathOf("helper-env"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_helper_that_is_not_on_this_machine_is_passed_over()
    {
        Docker("""{"credsStore":"desktop"}""");
        Assert.Equal(PublicationState.Published, (await OneAsync(SampleBundles.Attestation(Name, Content))).State);
    }

    [Fact]
    public async Task Nobodys_log_in_is_told_with_what_to_do()
    {
        _registry.Wants = "Basic nobody";
        var failed = await OneAsync(SampleBundles.Attestation(Name, Content));
        Assert.Contains($"run `docker login {SmallRegistry.Host}`", failed.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_container_the_log_in_is_asked_for_where_the_container_finds_it()
    {
        _registry.Wants = "Basic nobody";
        _place.Variables["HOME"] = "/github/home";
        var failed = await OneAsync(SampleBundles.Attestation(Name, Content));
        Assert.Contains("with `DOCKER_CONFIG: ${{ runner.temp }}/_github_home/.docker` in that step's env", failed.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_goes_on_at_another_host_goes_on_without_the_token()
    {
        _registry.UploadBase = "https://blobs.test";
        Assert.Equal(PublicationState.Published, (await OneAsync(SampleBundles.Attestation(Name, Content))).State);
        Assert.All(_registry.Seen.Where(s => s.Host == "blobs.test"), s => Assert.Null(s.Authorization));
        Assert.Contains(_registry.Seen, s => s.Host == "blobs.test");
    }

    [Fact]
    public async Task The_jobs_own_token_goes_to_no_token_service_on_another_host()
    {
        _registry.Realm = "https://evil.test/token";
        var services = new ServiceClient(_http, _time, WaitBudget.Default);
        var pipeline = new GitHubActionsPipeline(_place.Environment, services, new SafeWriter(_place.Out, _place.Error));
        var image = ImageReference.Parse("ghcr.io/octo/app", SmallRegistry.Digest);
        using var redirected = new HostHandler(_registry, "ghcr.io");
        using var http = ServiceHttp.CreateClient(redirected);
        var target = new RegistryTarget(new ServiceClient(http, _time, WaitBudget.Default), new RegistryCredentials(_place.Environment, pipeline, SmallGitHub.Token), pipeline, image, _time);
        var failed = Assert.Single(await _time.RunAsync(new Publisher([target]).PublishAsync([SampleBundles.Attestation(Name, Content)], cancellation: TestContext.Current.CancellationToken)));
        Assert.Contains("wants the job's token sent to another host", failed.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_registry.Seen, s => s.Host == "evil.test");
    }

    [Theory]
    [InlineData("ghcr.io/octo/app:v1@sha256:00", "ghcr.io", "octo/app", "https://ghcr.io/")]
    [InlineData("localhost:5000/app", "localhost:5000", "app", "http://localhost:5000/")]
    [InlineData("alpine:3", "docker.io", "library/alpine", "https://registry-1.docker.io/")]
    [InlineData("octo/app", "docker.io", "octo/app", "https://registry-1.docker.io/")]
    public void An_image_name_is_read_as_docker_reads_it(string name, string host, string repository, string api)
    {
        var image = ImageReference.Parse(name, SmallRegistry.Digest);
        Assert.Equal((host, repository, api), (image.Host, image.Repository, image.Api.Uri.ToString()));
    }

    [Theory]
    [InlineData("ghcr.io/Octo/app")]
    [InlineData("ghcr.io/octo/../app")]
    [InlineData("ghcr.io/octo//app")]
    [InlineData("evil.test@ghcr.io/x y")]
    public void What_is_no_image_name_is_wrong_usage(string name) =>
        Assert.Equal(AgentFault.Usage, Assert.Throws<AgentException>(() => ImageReference.Parse(name, SmallRegistry.Digest)).Fault);

    public void Dispose()
    {
        _place.Dispose();
        _http.Dispose();
        _registry.Dispose();
    }

    private void DockerConfig(string section, string value) => Docker($"{{\"{section}\":{{\"{SmallRegistry.Host}\":{value}}}}}");

    private void Docker(string json)
    {
        _place.Write("docker/config.json", json);
        _place.Variables["DOCKER_CONFIG"] = _place.PathOf("docker");
    }

    private RegistryTarget Target(HttpClient http)
    {
        var services = new ServiceClient(http, _time, WaitBudget.Default);
        var pipeline = new GitHubActionsPipeline(_place.Environment, services, new SafeWriter(_place.Out, _place.Error));
        return new RegistryTarget(services, new RegistryCredentials(_place.Environment, pipeline), pipeline, ImageReference.Parse(Name, Sha256Digest.Of(SmallRegistry.Image)), _time);
    }

    private async Task<Publication> OneAsync(PublishableBundle bundle) => Assert.Single(await PublishAsync(bundle));

    private Task<IReadOnlyList<Publication>> PublishAsync(PublishableBundle bundle) =>
        _time.RunAsync(new Publisher([Target(_http)]).PublishAsync([bundle], cancellation: TestContext.Current.CancellationToken));

    /// <summary>Overwrites the tag with an index of its own before a read, as a client that had read earlier does.</summary>
    private sealed class OverwritingHandler(SmallRegistry registry, Func<bool> now) : DelegatingHandler(registry)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains("/manifests/sha256-", StringComparison.Ordinal) && now())
            {
                registry.Put($"sha256-{SmallRegistry.Digest}", """{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"x","digest":"sha256:theirs","size":1}]}""", "application/vnd.oci.image.index.v1+json");
            }

            return base.SendAsync(request, cancellationToken);
        }
    }

    /// <summary>Lets the registry answer for another host name.</summary>
    private sealed class HostHandler(SmallRegistry registry, string host) : DelegatingHandler(registry)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.Host == host)
            {
                request.RequestUri = new UriBuilder(request.RequestUri) { Host = SmallRegistry.Host }.Uri;
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}

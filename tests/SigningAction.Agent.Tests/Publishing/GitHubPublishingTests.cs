using System.Net;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Publishing.GitHub;
using SigningAction.Agent.Publishing.Registries;
using SigningAction.Agent.Services;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Publishing;

public sealed class GitHubPublishingTests : IDisposable
{
    private readonly UnhurriedTime _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly SmallGitHub _github = new();
    private readonly HttpClient _http;
    private readonly TestPlace _place;
    private readonly GitHubApi _api;

    public GitHubPublishingTests()
    {
        _http = ServiceHttp.CreateClient(_github);
        _place = new TestPlace { Time = _time }.AsGitHubJob();
        _place.Variables["GITHUB_API_URL"] = SmallGitHub.Api;
        _place.Variables["GITHUB_SERVER_URL"] = "https://github.test";
        _place.Variables["GITHUB_REPOSITORY"] = "octo/app";
        var services = new ServiceClient(_http, _time, WaitBudget.Default);
        var pipeline = new GitHubActionsPipeline(_place.Environment, services, new SafeWriter(_place.Out, _place.Error));
        _api = GitHubApi.OfJob(_place.Environment, pipeline, services, SmallGitHub.Token);
    }

    [Fact]
    public async Task An_attestation_is_stored_and_its_number_and_page_are_told()
    {
        var published = await OneAsync(new AttestationsTarget(_api), SampleBundles.Attestation());
        Assert.Equal(PublicationState.Published, published.State);
        Assert.Equal("100", published.Id);
        Assert.Equal("https://github.test/octo/app/attestations/100", published.Url);
        Assert.Single(_github.Attestations);
        Assert.All(_github.Seen, s => Assert.Equal($"Bearer {SmallGitHub.Token}", s.Authorization));
    }

    [Fact]
    public async Task The_token_is_masked_before_it_is_used()
    {
        await OneAsync(new AttestationsTarget(_api), SampleBundles.Attestation());
        Assert.Contains($"::add-mask::{SmallGitHub.Token}", _place.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attestation_that_is_there_is_not_stored_a_second_time()
    {
        var bundle = SampleBundles.Attestation();
        await OneAsync(new AttestationsTarget(_api), bundle);
        Assert.Equal(PublicationState.AlreadyThere, (await OneAsync(new AttestationsTarget(_api), bundle)).State);
        Assert.Single(_github.Attestations);
    }

    [Fact]
    public async Task Another_attestation_of_the_same_file_is_stored_beside_the_first()
    {
        await OneAsync(new AttestationsTarget(_api), SampleBundles.Attestation());
        Assert.Equal(PublicationState.Published, (await OneAsync(new AttestationsTarget(_api), SampleBundles.Attestation())).State);
        Assert.Equal(2, _github.Attestations.Count);
    }

    [Fact]
    public async Task An_attestation_whose_answer_was_lost_is_found_and_not_sent_again()
    {
        var lost = 0;
        _github.After = r => r.Method == HttpMethod.Post && lost++ == 0 ? new HttpResponseMessage(HttpStatusCode.BadGateway) : null;
        Assert.Equal(PublicationState.Published, (await OneAsync(new AttestationsTarget(_api), SampleBundles.Attestation())).State);
        Assert.Single(_github.Attestations);
    }

    [Fact]
    public async Task A_plain_signature_is_no_attestation()
    {
        Assert.Empty(await PublishAsync([new AttestationsTarget(_api)], [SampleBundles.Signature()]));
        Assert.Empty(_github.Asked);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "attestations: write")]
    [InlineData(HttpStatusCode.UnprocessableContent, "GitHub takes only bundles that it can verify")]
    [InlineData(HttpStatusCode.NotFound, "GitHub Enterprise Server has none")]
    public async Task A_refusal_says_what_to_do(HttpStatusCode status, string words)
    {
        _github.Before = r => r.Method == HttpMethod.Post ? new HttpResponseMessage(status) { Content = new StringContent("""{"message":"no"}""") } : null;
        var failed = await OneAsync(new AttestationsTarget(_api), SampleBundles.Attestation());
        Assert.Equal(PublicationState.Failed, failed.State);
        Assert.Contains(words, failed.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rate_limit_that_GitHub_tells_as_403_is_waited_for()
    {
        var limited = 0;
        _github.Before = r =>
        {
            if (r.Method != HttpMethod.Post || limited++ > 0)
            {
                return null;
            }

            var answer = new HttpResponseMessage(HttpStatusCode.Forbidden);
            answer.Headers.Add("x-ratelimit-remaining", "0");
            answer.Headers.Add("x-ratelimit-reset", _time.GetUtcNow().AddMinutes(2).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
            return answer;
        };
        var start = _time.GetUtcNow();
        Assert.Equal(PublicationState.Published, (await OneAsync(new AttestationsTarget(_api), SampleBundles.Attestation())).State);
        Assert.True(_time.GetUtcNow() - start >= TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Each_place_fails_alone_and_a_rerun_publishes_only_what_is_missing()
    {
        PublishableBundle[] bundles = [SampleBundles.Attestation("a"), SampleBundles.Attestation("b", "other")];
        _github.HasRelease = false;
        var first = await PublishAsync([new AttestationsTarget(_api), new ReleaseTarget(_api, "v1")], bundles);
        Assert.Equal(
            [PublicationState.Published, PublicationState.Published, PublicationState.Failed, PublicationState.Failed], first.Select(p => p.State));
        Assert.Contains("There is no release 'v1'", first[2].Problem, StringComparison.Ordinal);

        _github.HasRelease = true;
        var second = await PublishAsync([new AttestationsTarget(_api), new ReleaseTarget(_api, "v1")], bundles);
        Assert.Equal(
            [PublicationState.AlreadyThere, PublicationState.AlreadyThere, PublicationState.Published, PublicationState.Published], second.Select(p => p.State));
        Assert.Equal(2, _github.Attestations.Count);
        Assert.Equal(2, _github.Assets.Count);
    }

    [Fact]
    public async Task What_an_earlier_run_published_is_told_again_with_its_number_and_not_sent_again()
    {
        var bundle = SampleBundles.Attestation();
        var known = new Dictionary<PublicationKey, Publication>();
        var publisher = new Publisher([new AttestationsTarget(_api)]);
        await _time.RunAsync(publisher.PublishAsync([bundle], known, known.Add, TestContext.Current.CancellationToken));
        var again = Assert.Single(await _time.RunAsync(publisher.PublishAsync([bundle], known, cancellation: TestContext.Current.CancellationToken)));
        Assert.Equal((PublicationState.AlreadyThere, "100", "https://github.test/octo/app/attestations/100"), (again.State, again.Id, again.Url));
        Assert.Single(_github.Attestations);
    }

    [Theory]
    [InlineData("100", "https://evil.test/octo/app/attestations/100")]
    [InlineData("](x)", "https://github.test/octo/app/attestations/](x)")]
    public async Task What_only_the_state_says_is_published_is_published_and_its_links_are_not_told(string id, string url)
    {
        var bundle = SampleBundles.Attestation();
        var target = new AttestationsTarget(_api);
        var known = new Dictionary<PublicationKey, Publication>
        {
            [new PublicationKey(target.Name, bundle.Digest)] = new Publication(target.Name, "", PublicationState.AlreadyThere) { Id = id, Url = url },
        };
        var first = Assert.Single(await _time.RunAsync(new Publisher([target]).PublishAsync([bundle], known, cancellation: TestContext.Current.CancellationToken)));
        Assert.Equal((PublicationState.Published, "100"), (first.State, first.Id));
        Assert.Single(_github.Attestations);
        var again = Assert.Single(await _time.RunAsync(new Publisher([target]).PublishAsync([bundle], known, cancellation: TestContext.Current.CancellationToken)));
        Assert.Equal((PublicationState.AlreadyThere, null, "https://github.test/octo/app/attestations"), (again.State, again.Id, again.Url));
    }

    [Fact]
    public async Task A_place_that_is_down_is_waited_for_once_and_not_with_every_bundle()
    {
        _github.Before = _ => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        var start = _time.GetUtcNow();
        var failed = await PublishAsync([new AttestationsTarget(_api)], [.. Enumerable.Range(0, 20).Select(i => SampleBundles.Attestation($"{i}"))]);
        Assert.All(failed, p => Assert.Equal(PublicationState.Failed, p.State));
        Assert.True(_time.GetUtcNow() - start <= WaitBudget.Default + TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_bundle_becomes_an_asset_of_a_release_also_while_it_is_a_draft(bool draft)
    {
        _github.Draft = draft;
        _github.Immutable = draft;
        var bundle = SampleBundles.Attestation("my app.zip");
        var published = await OneAsync(new ReleaseTarget(_api, "v1"), bundle);
        Assert.Equal(PublicationState.Published, published.State);
        Assert.Equal("https://github.test/octo/app/releases/download/v1/my.app.zip.sigstore.json", published.Url);
        Assert.Equal(bundle.Json.ToArray(), Assert.Single(_github.Assets).Content);
        Assert.All(_github.Seen, s => Assert.EndsWith(".github.test", s.Host, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_asset_of_the_same_name_and_digest_is_left_as_it_is()
    {
        var bundle = SampleBundles.Signature();
        await OneAsync(new ReleaseTarget(_api, "v1"), bundle);
        var id = _github.Assets[0].Id;
        Assert.Equal(PublicationState.AlreadyThere, (await OneAsync(new ReleaseTarget(_api, "v1"), bundle)).State);
        Assert.Equal(id, Assert.Single(_github.Assets).Id);
    }

    [Fact]
    public async Task The_bundle_of_an_earlier_run_under_the_same_name_is_replaced()
    {
        await OneAsync(new ReleaseTarget(_api, "v1"), SampleBundles.Signature());
        var newer = SampleBundles.Signature();
        Assert.Equal(PublicationState.Published, (await OneAsync(new ReleaseTarget(_api, "v1"), newer)).State);
        Assert.Equal(newer.Json.ToArray(), Assert.Single(_github.Assets).Content);
    }

    [Fact]
    public async Task A_published_immutable_release_is_left_alone_and_the_sentence_says_what_to_do()
    {
        _github.Immutable = true;
        var failed = await OneAsync(new ReleaseTarget(_api, "v1"), SampleBundles.Signature());
        Assert.Contains("is immutable and published", failed.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_github.Asked, a => a.StartsWith("POST", StringComparison.Ordinal) || a.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_piece_that_a_broken_upload_left_behind_is_removed_and_the_upload_done_again()
    {
        var broken = 0;
        _github.After = r =>
        {
            if (r.Method != HttpMethod.Post || broken++ > 0)
            {
                return null;
            }

            _github.Assets[^1] = _github.Assets[^1] with { State = "starter", Content = [] };
            return new HttpResponseMessage(HttpStatusCode.BadGateway);
        };
        var bundle = SampleBundles.Signature();
        Assert.Equal(PublicationState.Published, (await OneAsync(new ReleaseTarget(_api, "v1"), bundle)).State);
        Assert.Equal(bundle.Json.ToArray(), Assert.Single(_github.Assets).Content);
    }

    [Fact]
    public async Task An_upload_whose_answer_was_lost_is_found()
    {
        var lost = 0;
        _github.After = r => r.Method == HttpMethod.Post && lost++ == 0 ? new HttpResponseMessage(HttpStatusCode.BadGateway) : null;
        Assert.Equal(PublicationState.Published, (await OneAsync(new ReleaseTarget(_api, "v1"), SampleBundles.Signature())).State);
        Assert.Single(_github.Assets);
        Assert.Single(_github.Asked, a => a.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_token_is_not_sent_to_an_upload_address_on_another_host()
    {
        _github.UploadUrl = "https://uploads.evil.test/repos/octo/app/releases/7/assets{?name,label}";
        var failed = await OneAsync(new ReleaseTarget(_api, "v1"), SampleBundles.Signature());
        Assert.Contains("names an upload address on another host", failed.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_github.Seen, s => s.Host == "uploads.evil.test");
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_token()
    {
        _github.Before = _ => new HttpResponseMessage(HttpStatusCode.TemporaryRedirect) { Headers = { Location = new Uri("https://evil.test/") } };
        var failed = await OneAsync(new ReleaseTarget(_api, "v1"), SampleBundles.Signature());
        Assert.Contains("sends on to another address", failed.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(_github.Seen, s => s.Host == "evil.test");
    }

    [Theory]
    [InlineData("/repos/octo/app/releases", "[null]", "There is no release 'v1'")]
    [InlineData("/repos/octo/app/releases/7/assets", "[null]", null)]
    [InlineData("/repos/octo/app/releases/7/assets", "[{\"name\":null}]", null)]
    public async Task A_list_with_a_hole_in_it_is_a_list_of_the_others(string path, string list, string? problem)
    {
        _github.Draft = path.EndsWith("releases", StringComparison.Ordinal);
        _github.Before = r => r.Method == HttpMethod.Get && r.RequestUri!.AbsolutePath == path ? new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(list, System.Text.Encoding.UTF8, "application/json") } : null;
        var done = await OneAsync(new ReleaseTarget(_api, "v1"), SampleBundles.Signature());
        Assert.Equal(problem is null, done.State == PublicationState.Published);
        Assert.Contains(problem ?? "", done.Problem ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_ours_at_one_place_takes_nothing_from_the_others()
    {
        var results = await PublishAsync([new FaultyTarget(), new AttestationsTarget(_api)], [SampleBundles.Attestation()]);
        Assert.Equal([PublicationState.Failed, PublicationState.Published], results.Select(r => r.State));
        Assert.Contains("A fault of signing-agent itself (InvalidOperationException)", results[0].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_record_that_is_refused_is_no_failure_of_the_run()
    {
        var bundle = SampleBundles.Attestation("ghcr.io/octo/app");
        var image = ImageReference.Parse("ghcr.io/octo/app", Sha256Digest.Of("app"u8));
        Assert.Equal(PublicationState.Published, (await OneAsync(new StorageRecordTarget(_api, image), bundle)).State);
        _github.Before = _ => new HttpResponseMessage(HttpStatusCode.NotFound);
        var failed = await OneAsync(new StorageRecordTarget(_api, image), bundle);
        Assert.Equal((PublicationState.Failed, true), (failed.State, failed.Optional));
        Assert.Contains("artifact-metadata: write", failed.Problem, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _place.Dispose();
        _http.Dispose();
        _github.Dispose();
    }

    private async Task<Publication> OneAsync(IPublishingTarget target, PublishableBundle bundle) => Assert.Single(await PublishAsync([target], [bundle]));

    private Task<IReadOnlyList<Publication>> PublishAsync(IPublishingTarget[] targets, PublishableBundle[] bundles) =>
        _time.RunAsync(new Publisher(targets).PublishAsync(bundles, cancellation: TestContext.Current.CancellationToken));

    private sealed class FaultyTarget : IPublishingTarget
    {
        public string Name => "faulty";

        public bool Optional => false;

        public bool Takes(PublishableBundle bundle) => true;

        public Task<Publication> PublishAsync(PublishableBundle bundle, CancellationToken cancellation) => throw new InvalidOperationException("Nobody needs to read this.");
    }
}

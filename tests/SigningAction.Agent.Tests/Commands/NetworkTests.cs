using System.Net;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>Networks and disks that are not as they should be, seen from a whole run.</summary>
public sealed class NetworkTests : IDisposable
{
    private readonly UnhurriedTime _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly SmallSigstore _sigstore;

    public NetworkTests() => _sigstore = new SmallSigstore(_time) { Token = () => TestTokens.Create(_time.GetUtcNow().AddMinutes(5)) };

    [Theory]
    [InlineData("sign", "app.zip", "--authority", SmallSigstore.Url, "--wait", "1s")]
    [InlineData("action")]
    public async Task An_authority_that_cannot_be_reached_is_given_up_when_the_time_to_wait_is_over(params string[] args)
    {
        using var network = new HostNetwork();
        using var place = Place(network);
        place.Variables[ActionInputs.Authority.Variable] = SmallSigstore.Url;
        place.Variables[ActionInputs.SubjectPath.Variable] = "app.zip";
        place.Variables[ActionInputs.Wait.Variable] = "1s";
        var start = _time.GetUtcNow();
        Assert.Equal(AgentFaults.CouldNot, await _time.RunAsync(SigningAgent.RunAsync(args, place.Environment, TestContext.Current.CancellationToken)));

        // The clock moves in steps of a tenth of a second.
        Assert.True(_time.GetUtcNow() - start < TimeSpan.FromSeconds(2));

        // N-10: which name it was, and why.
        Assert.Contains("The authority (https://sign.test) is down: its host name does not resolve, tried for up to 1 s", place.Printed, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10")]
    [InlineData("soon")]
    [InlineData("0s")]
    [InlineData("7h")]
    public async Task A_time_to_wait_that_is_none_is_wrong_usage(string wait)
    {
        using var place = Place(_sigstore);
        Assert.Equal(AgentFaults.Usage, await RunAsync(place, "sign", "app.zip", "--authority", SmallSigstore.Url, "--wait", wait));
        Assert.Contains("wait", place.Printed, StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    /// <summary>N-18.</summary>
    [Fact]
    public async Task A_hundred_jobs_at_once_finish_and_ask_again_only_what_was_refused()
    {
        const int Jobs = 100;
        var asked = 0;
        var refused = 0;
        _sigstore.Instead = (_, _) =>
        {
            if (Interlocked.Increment(ref asked) % 10 != 0)
            {
                return null;
            }

            Interlocked.Increment(ref refused);
            var answer = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
            answer.Headers.RetryAfter = new(TimeSpan.FromSeconds(1));
            return answer;
        };
        var places = Enumerable.Range(0, Jobs).Select(_ => Place(_sigstore)).ToList();
        try
        {
            var codes = await _time.RunAsync(Task.WhenAll(places.Select(place => Task.Run(() => RunOnceAsync(place, "sign", "app.zip", "--authority", SmallSigstore.Url)))));
            Assert.All(codes.Zip(places), job => Assert.True(job.First == AgentFaults.Success, job.Second.Printed));
            Assert.Equal(Jobs, _sigstore.Logged);

            // Token, root, config, certificate, timestamp, entry, and the shelf that this authority does not have.
            Assert.Equal((7 * Jobs) + refused, _sigstore.Asked.Count);
            Assert.True(refused > 0);
        }
        finally
        {
            places.ForEach(place => place.Dispose());
        }
    }

    /// <summary>N-06: an answer that ends too early, at each eighth of it.</summary>
    [Theory]
    [InlineData("/trusted_root.json")]
    [InlineData("/token")]
    [InlineData("/api/v2/signingCert")]
    [InlineData("/api/v1/timestamp")]
    [InlineData("/api/v2/log/entries")]
    public async Task Half_an_answer_is_refused_with_a_sentence_and_nothing_is_written(string path)
    {
        for (var eighths = 0; eighths < 8; eighths++)
        {
            using var network = new CutNetwork(_sigstore, path, eighths);
            using var place = Place(network);
            Assert.NotEqual(AgentFaults.Success, await RunAsync(place, "sign", "app.zip", "--authority", SmallSigstore.Url, "--wait", "1s"));
            Assert.DoesNotContain("INTERNAL", place.Printed, StringComparison.Ordinal);
            Assert.False(File.Exists(place.PathOf("app.zip.sigstore.json")));
        }
    }

    /// <summary>N-20: a disk that is full.</summary>
    [Fact]
    public async Task Outputs_that_cannot_be_written_are_told_and_the_bundle_is_kept()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs the device that is always full.");
        using var place = Place(_sigstore);
        place.Variables["GITHUB_OUTPUT"] = "/dev/full";
        Assert.Equal(AgentFaults.CouldNot, await RunAsync(place, "sign", "app.zip", "--authority", SmallSigstore.Url));
        Assert.Contains("CANNOT_WRITE", place.Printed, StringComparison.Ordinal);
        Assert.Contains("Everything was signed", place.Printed, StringComparison.Ordinal);
        Assert.True(File.Exists(place.PathOf("app.zip.sigstore.json")));
    }

    /// <summary>N-20: a place that takes no file.</summary>
    [Fact]
    public async Task A_directory_that_cannot_be_made_is_told_and_no_part_of_a_bundle_stays()
    {
        using var place = Place(_sigstore);
        Assert.Equal(AgentFaults.CouldNot, await RunAsync(place, "sign", "app.zip", "--authority", SmallSigstore.Url, "--bundle-dir", "app.zip/x"));
        Assert.Contains("CANNOT_WRITE", place.Printed, StringComparison.Ordinal);
        Assert.Equal(["app.zip"], Directory.EnumerateFiles(place.Directory_).Select(Path.GetFileName));
    }

    public void Dispose() => _sigstore.Dispose();

    private TestPlace Place(HttpMessageHandler network)
    {
        var place = new TestPlace { Network = network, Time = _time }.AsGitHubJob(SmallSigstore.TokenUrl);
        place.Write("app.zip", "app");
        return place;
    }

    private Task<int> RunAsync(TestPlace place, params string[] args) => _time.RunAsync(RunOnceAsync(place, args));

    private static Task<int> RunOnceAsync(TestPlace place, params string[] args) => SigningAgent.RunAsync(args, place.Environment, TestContext.Current.CancellationToken);

    /// <summary>A network that passes on only so many eighths of one answer, as if that were all.</summary>
    private sealed class CutNetwork(HttpMessageHandler network, string path, int eighths) : HttpMessageHandler
    {
        private readonly HttpMessageInvoker _network = new(network, disposeHandler: false);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await _network.SendAsync(request, cancellationToken);
            if (request.RequestUri!.AbsolutePath == path)
            {
                var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
                var cut = new CutContent(body[..(body.Length * eighths / 8)], CutContent.Then.End);
                cut.Headers.ContentType = answer.Content.Headers.ContentType;
                answer.Content = cut;
            }

            return answer;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _network.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}

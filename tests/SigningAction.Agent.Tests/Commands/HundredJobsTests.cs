using System.Collections.Concurrent;
using System.Net;
using SigningAction.Agent.Services;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Authority.Hosting;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>N-18: a matrix of a hundred jobs that begin in one moment, behind one address, against a real authority that takes less than they ask for at once.</summary>
public sealed class HundredJobsTests
{
    private const int Jobs = 100;

    /// <summary>Trusted root, signing config, certificate, timestamp, entry, and the finished bundle.</summary>
    private const int Requests = 6;

    [Fact]
    public async Task A_hundred_jobs_at_once_finish_against_one_authority_and_none_comes_back_before_it_is_asked_to()
    {
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Limits = new LimitOptions { RequestsPerSecond = 200, Burst = 250, InFlight = 64 } });
        var jobs = Enumerable.Range(0, Jobs).Select(_ => new Job(authority)).ToList();
        try
        {
            var codes = await Task.WhenAll(jobs.Select(job => Task.Run(job.RunAsync))).WithinDeadlineAsync();
            Assert.All(codes.Zip(jobs), job => Assert.True(job.First == AgentFaults.Success, job.Second.Printed));
            var refused = jobs.Sum(job => job.Network.Refused);

            // How many are refused is the machine's affair: NetworkTests has a hundred jobs of which every tenth request is.
            Assert.Equal((Requests * Jobs) + refused, jobs.Sum(job => job.Network.Asked));
            Assert.All(jobs, job => Assert.Empty(job.Network.TooEarly));
            Assert.Equal(Jobs, jobs.Select(job => job.LogIndex).Distinct().Count());
        }
        finally
        {
            jobs.ForEach(job => job.Dispose());
        }
    }

    /// <summary>A step of a job, with connections of its own.</summary>
    private sealed class Job : IDisposable
    {
        private readonly SocketsHttpHandler _handler = ServiceHttp.CreateHandler();
        private readonly TestPlace _place;
        private readonly string _authority;

        public Job(AuthorityInProcess authority)
        {
            Network = new Patience(_handler, authority.Url);
            _authority = authority.Url;
            _place = new TestPlace { Network = Network }.AsGitHubJob(authority.Issuer.RequestUrl, authority.Issuer.RequestToken);
            _place.Write("app.zip", Guid.NewGuid().ToString());
        }

        public Patience Network { get; }

        public string Printed => _place.Printed;

        public string LogIndex => System.Text.Json.JsonDocument.Parse(_place.Out.ToString()).RootElement.GetProperty("bundles")[0].GetProperty("logIndex").GetRawText();

        public Task<int> RunAsync() =>
            SigningAgent.RunAsync(["attest", "app.zip", "--authority", _authority, "--format", "json"], _place.Environment, TestContext.Current.CancellationToken);

        public void Dispose()
        {
            _place.Dispose();
            Network.Dispose();
            _handler.Dispose();
        }
    }

    /// <summary>Counts what a job asks the authority, and notices when it asks again before it should.</summary>
    private sealed class Patience(HttpMessageHandler network, string authority) : DelegatingHandler(network)
    {
        /// <summary>Timers count in whole milliseconds of another clock.</summary>
        private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(100);

        private readonly ConcurrentDictionary<string, (long Since, TimeSpan Asked)> _waiting = new(StringComparer.Ordinal);
        private int _asked;
        private int _refused;

        public int Asked => _asked;

        public int Refused => _refused;

        public ConcurrentQueue<string> TooEarly { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!request.RequestUri!.AbsoluteUri.StartsWith(authority + "/", StringComparison.Ordinal))
            {
                return await base.SendAsync(request, cancellationToken);
            }

            var path = request.RequestUri.AbsolutePath;
            Interlocked.Increment(ref _asked);
            if (_waiting.TryRemove(path, out var before) && TimeProvider.System.GetElapsedTime(before.Since) is var waited && waited + Tolerance < before.Asked)
            {
                TooEarly.Enqueue($"{path}: {waited} instead of {before.Asked}");
            }

            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            {
                Interlocked.Increment(ref _refused);
                _waiting[path] = (TimeProvider.System.GetTimestamp(), answer.Headers.RetryAfter?.Delta ?? TimeSpan.Zero);
            }

            return answer;
        }
    }
}

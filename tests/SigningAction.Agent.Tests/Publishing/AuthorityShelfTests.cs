using System.Net;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Publishing;

/// <summary>Finished bundles on their way to the authority that keeps them for verifiers: many at once, and none that a run must wait for.</summary>
public sealed class AuthorityShelfTests : IDisposable
{
    /// <summary>As many as are brought at once.</summary>
    private const int AtOnce = 32;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly SmallSigstore _sigstore;
    private readonly Shelf _shelf;
    private readonly TestPlace _place;

    public AuthorityShelfTests()
    {
        _sigstore = new SmallSigstore(_time) { Token = () => TestTokens.Create(_time.GetUtcNow().AddMinutes(5)) };
        _shelf = new Shelf(_sigstore);
        _place = new TestPlace { Network = _shelf, Time = _time }.AsGitHubJob(SmallSigstore.TokenUrl);
    }

    [Fact]
    public async Task Thirty_two_bundles_are_on_their_way_at_once()
    {
        var full = new TaskCompletionSource();
        _shelf.Take = async stop =>
        {
            if (_shelf.InFlight == AtOnce)
            {
                full.TrySetResult();
            }

            await full.Task.WaitAsync(Deadline, stop);
            return Created();
        };
        await SignAsync(2 * AtOnce);
        Assert.Equal(2 * AtOnce, _shelf.Came);
        Assert.Equal(AtOnce, _shelf.MostInFlight);
        Assert.DoesNotContain("keeps only", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_refused_keeps_none_of_the_others_out()
    {
        var first = 0;
        _shelf.Take = _ => Task.FromResult(Interlocked.Exchange(ref first, 1) == 0 ? SmallSigstore.Answer("""{"code":"BUNDLES_FULL","detail":"128 are kept."}""", HttpStatusCode.Conflict) : Created());
        await SignAsync(3 * AtOnce);
        Assert.Equal(3 * AtOnce, _shelf.Came);
        Assert.Contains($"the authority keeps only {(3 * AtOnce) - 1} of {3 * AtOnce} bundles", _place.Printed, StringComparison.Ordinal);
        Assert.Contains("it answers HTTP 409", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_bundles_are_taken_the_others_go_on_however_long_all_of_them_take()
    {
        _shelf.Take = InRounds(TimeSpan.FromSeconds(15));
        await SignAsync(4 * AtOnce);
        Assert.Equal(4 * AtOnce, _shelf.Came);
        Assert.DoesNotContain("keeps only", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_take_no_longer_than_the_run_waits_for_services()
    {
        _shelf.Take = InRounds(TimeSpan.FromSeconds(15));
        await SignAsync(5 * AtOnce, "--wait", "31s");
        Assert.Equal(3 * AtOnce, _shelf.Came);
        Assert.Contains("it does not take them in time", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_that_takes_no_more_is_given_up_after_half_a_minute_and_everything_is_signed()
    {
        var silent = new TaskCompletionSource();
        _shelf.Take = async stop =>
        {
            if (_shelf.InFlight == 3)
            {
                silent.TrySetResult();
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, stop);
            return Created();
        };
        var signing = SignAsync(3);
        await silent.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(31));
        await signing.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.Contains("keeps only 0 of 3 bundles", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_an_authority_that_keeps_no_bundles_nothing_is_said()
    {
        _shelf.Take = _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound));
        await SignAsync(3 * AtOnce);
        Assert.InRange(_shelf.Came, 1, AtOnce);
        Assert.DoesNotContain("keeps only", _place.Printed, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _place.Dispose();
        _shelf.Dispose();
        _sigstore.Dispose();
    }

    private static HttpResponseMessage Created() => SmallSigstore.Answer("{}", HttpStatusCode.Created);

    /// <summary>Answers when all that may be on their way are, and each time later: the clock moves only while nobody does anything else.</summary>
    private Func<CancellationToken, Task<HttpResponseMessage>> InRounds(TimeSpan each)
    {
        var turn = new Lock();
        var round = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var inside = 0;
        return async _ =>
        {
            TaskCompletionSource mine;
            bool isLast;
            lock (turn)
            {
                mine = round;
                isLast = ++inside == AtOnce;
                if (isLast)
                {
                    inside = 0;
                    round = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                }
            }

            if (isLast)
            {
                _time.Advance(each);
                mine.SetResult();
            }

            await mine.Task.WaitAsync(Deadline, CancellationToken.None);
            return Created();
        };
    }

    /// <summary>Signs so many files: with or without the shelf the run is a success, and every bundle is written.</summary>
    private async Task SignAsync(int files, params string[] more)
    {
        foreach (var i in Enumerable.Range(0, files))
        {
            _place.Write($"a{i}.bin", $"{i}");
        }

        var code = await SigningAgent.RunAsync(["sign", "*.bin", "--authority", SmallSigstore.Url, .. more], _place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == AgentFaults.Success, _place.Printed);
        Assert.Equal(files, Directory.GetFiles(_place.Directory_, "*.bin.sigstore.json").Length);
    }

    /// <summary>The instance with a shelf before it.</summary>
    private sealed class Shelf(HttpMessageHandler instance) : DelegatingHandler(instance)
    {
        private readonly Lock _lock = new();

        public Func<CancellationToken, Task<HttpResponseMessage>> Take { get; set; } = _ => Task.FromResult(Created());

        public int Came { get; private set; }

        public int InFlight { get; private set; }

        public int MostInFlight { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath != "/api/v1/bundles")
            {
                return await base.SendAsync(request, cancellationToken);
            }

            lock (_lock)
            {
                Came++;
                MostInFlight = Math.Max(MostInFlight, ++InFlight);
            }

            try
            {
                return await Take(cancellationToken);
            }
            finally
            {
                lock (_lock)
                {
                    InFlight--;
                }
            }
        }
    }
}

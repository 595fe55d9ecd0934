using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Clock;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Clock;

/// <summary>Four time servers that know the true time, and a clock that somebody sets.</summary>
internal sealed class TimeLab : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public TimeLab(DateTimeOffset? start = null, int servers = 4)
    {
        True = new FakeTimeProvider(start ?? Noon);
        Clock = new MovableClock(True);
        Servers = [.. Enumerable.Range(0, servers).Select(_ => new TimeServer(True))];
        Options = new ClockOptions { TimeSources = [.. Servers.Select(server => server.Address)], Tries = 1, TimeoutSeconds = 1 };
    }

    public FakeTimeProvider True { get; }

    public MovableClock Clock { get; }

    public IReadOnlyList<TimeServer> Servers { get; }

    public ClockOptions Options { get; init; }

    public LogLines Log { get; } = new();

    public TimeSourceMonitor Monitor() => new(Options, Clock, LoggerFactory.Create(log => log.AddProvider(Log)).CreateLogger<TimeSourceMonitor>());

    /// <summary>Compares, with time going on for those who wait for a silent server.</summary>
    public Task CompareAsync(TimeSourceMonitor monitor) => PassAsync(() => monitor.CompareAsync(TestContext.Current.CancellationToken));

    /// <summary>Lets time go on for those who wait for a server that gives them no answer, and for nobody else: whoever is answered is never late, however slow the machine.</summary>
    public async Task PassAsync(Func<Task> start)
    {
        var mute = Servers.Where(server => server.Fault is >= TimeServerFault.Silent and <= TimeServerFault.Empty).ToList();
        int[] Asked() => [.. mute.Select(server => server.Questions)];
        var before = Asked();
        var task = start();
        await Eventually.TrueAsync(
            () =>
            {
                var asked = Asked();
                if (mute.Count > 0 && Clock.Deadlines == mute.Count && asked.Zip(before).All(pair => pair.First > pair.Second))
                {
                    before = asked;
                    True.Advance(TimeSpan.FromSeconds(Options.TimeoutSeconds));
                }

                return task.IsCompleted;
            },
            () => "It waits on.");
        await task;
    }

    /// <summary>Lets time go on in steps, which stands still while a question is under way.</summary>
    public Task UntilAsync(Func<Task<bool>> condition, TimeSpan step) => Eventually.TrueAsync(
        async () =>
        {
            if (await condition())
            {
                return true;
            }

            if (Clock.Deadlines == 0)
            {
                True.Advance(step);
            }

            return false;
        },
        () => "Waited in vain.");

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, TimeSpan)"/>
    public Task UntilAsync(Func<bool> condition, TimeSpan step) => UntilAsync(() => Task.FromResult(condition()), step);

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers)
        {
            await server.DisposeAsync();
        }
    }
}

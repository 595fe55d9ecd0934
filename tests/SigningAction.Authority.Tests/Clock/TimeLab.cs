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
    public async Task CompareAsync(TimeSourceMonitor monitor) => await PassAsync(monitor.CompareAsync(TestContext.Current.CancellationToken));

    public async Task PassAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            // Loopback answers at once; only where nobody answers must the clock be moved, and not before the socket was asked.
            if (await Task.WhenAny(task, Task.Delay(200)) != task)
            {
                True.Advance(TimeSpan.FromSeconds(1));
            }
        }

        await task;
    }

    public async Task UntilAsync(Func<bool> condition, TimeSpan step)
    {
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); !condition();)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(30), "Waited in vain.");
            True.Advance(step);
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers)
        {
            await server.DisposeAsync();
        }
    }
}

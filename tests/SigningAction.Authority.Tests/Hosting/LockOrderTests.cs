using SigningAction.Authority.Clock;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Storage;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>The lock comes before everything that is read: what somebody holds in memory, nobody else changes on disk.</summary>
public sealed class LockOrderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task While_an_authority_starts_nobody_freezes_its_log_or_replaces_its_certificates()
    {
        using var directory = new TemporaryDirectory();
        await using var server = new TimeServer(TimeProvider.System) { Fault = TimeServerFault.Silent };
        var authority = directory.File("authority");
        await AuthoritySetup.CreateAsync(
            authority,
            new AuthoritySetupOptions
            {
                Url = $"http://127.0.0.1:{LoopbackPort.Next()}",
                Clock = new ClockOptions { TimeSources = [server.Address], Tries = 10, TimeoutSeconds = 30 },
            },
            TimeProvider.System,
            Cancellation);
        await ShardSetup.AddAsync(authority, "http://localhost:1", false, TimeProvider.System, Cancellation);

        // It has read the directory, and waits for the first comparison with a server that never answers.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var start = AuthorityHost.StartAsync(authority, new AuthorityHostOptions(), stop.Token);
        await Eventually.TrueAsync(() => server.Questions > 0, () => "The start does not ask for the time.");
        await RequireInUseAsync(() => ShardSetup.FreezeAsync(authority, "127.0.0.1", TimeProvider.System, Cancellation));
        await RequireInUseAsync(() => Renewal.MakeAsync(authority, TimeProvider.System, Cancellation));
        await RequireInUseAsync(() => Renewal.SwitchAsync(authority, TimeProvider.System, Cancellation));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);

        // A start that was given up lets go.
        await ShardSetup.FreezeAsync(authority, "127.0.0.1", TimeProvider.System, Cancellation);
    }

    [Fact]
    public async Task Of_logs_that_are_added_at_the_same_time_none_is_lost()
    {
        using var directory = new TemporaryDirectory();
        var authority = directory.File("authority");
        await AuthoritySetup.CreateAsync(authority, new AuthoritySetupOptions { Url = "https://signing.example.com" }, TimeProvider.System, Cancellation);
        var added = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(async () =>
        {
            try
            {
                return await ShardSetup.AddAsync(authority, $"https://signing-{number}.example.com", false, TimeProvider.System, Cancellation);
            }
            catch (StoreRefusedException e) when (e.IsInUse)
            {
                return null;
            }
        })));
        using var material = AuthorityMaterial.Open(authority);
        var there = material.Logs.Records.Select(log => log.Host).ToHashSet(StringComparer.Ordinal);
        Assert.Contains(added, log => log is not null);
        Assert.All(added.Where(log => log is not null), log => Assert.Contains(log!.Host, there));
    }

    private static async Task RequireInUseAsync(Func<Task> command) => Assert.True((await Assert.ThrowsAsync<StoreRefusedException>(command)).IsInUse);
}

using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Bundles;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>L-09: the database was lost and only an old backup is there. The authority goes on in new logs, and no log gets a second history.</summary>
public sealed class LostDatabaseTests : IAsyncLifetime
{
    private AuthorityInProcess _authority = null!;
    private Bundle _kept = null!;
    private Bundle _lost = null!;
    private string _checkpoint = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = await AuthorityInProcess.StartAsync();
        _kept = await _authority.SignAsync(_authority.Client);
        _checkpoint = _authority.Host.Ledger.Reader(LogId.Signatures).Checkpoint;
        await _authority.StopAsync();
        var backup = await File.ReadAllBytesAsync(_authority.Paths.Database);
        await _authority.StartAgainAsync();
        _lost = await _authority.SignAsync(_authority.Client);
        await _authority.StopAsync();
        await File.WriteAllBytesAsync(_authority.Paths.Database, backup);
    }

    public ValueTask DisposeAsync() => _authority.DisposeAsync();

    [Fact]
    public async Task The_refused_start_says_how_to_go_on_and_that_way_is_asked_for_by_name()
    {
        var refusal = await Assert.ThrowsAsync<LedgerRefusedException>(_authority.StartAgainAsync);
        Assert.Contains("'signing-authority shard add DIR --url https://NEW-HOST --accept-loss'", refusal.Message, StringComparison.Ordinal);
        var refused = await Assert.ThrowsAsync<ConfigurationRefusedException>(() => AddAsync(acceptsLoss: false));
        Assert.Contains("--accept-loss", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LedgerRefusedException>(_authority.StartAgainAsync);
    }

    [Fact]
    public async Task It_goes_on_in_new_logs_and_everything_that_was_proven_stays_proven()
    {
        await AddAsync(acceptsLoss: true);
        await _authority.StartAgainAsync();
        var after = await _authority.SignAsync(_authority.OtherClient);
        Assert.All([_kept, _lost, after], _authority.Verify);
        Assert.Equal(0, after.LogEntries[0].LogIndex);
        Assert.Equal(_authority.OtherUrl, _authority.LogToUse());
        Assert.Equal([$"{_authority.Url}/ct", $"{_authority.OtherUrl}/ct"], _authority.Root().CertificateLogs.Select(log => log.BaseUrl));
        await _authority.AssertCleanAsync();

        // The same after a restart: what was published before the loss is still known.
        await _authority.StopAsync();
        await _authority.StartAgainAsync();
        _authority.Verify(await _authority.SignAsync(_authority.OtherClient));
        Assert.Equal(2, HighWaterFile.TryRead(_authority.Paths.HighWater)!.Single(mark => mark.Log == LogId.Signatures).Size);
        await _authority.AssertCleanAsync();
    }

    [Fact]
    public async Task No_old_log_grows_again_and_the_rest_of_each_is_served()
    {
        await AddAsync(acceptsLoss: true);
        await _authority.StartAgainAsync();
        var ledger = _authority.Host.Ledger;
        var before = ((LogId[])[LogId.Signatures, LogId.Certificates, LogId.Audit]).Select(log => ledger.Reader(log).Checkpoint).ToList();
        await _authority.SignAsync(_authority.OtherClient);
        Assert.Equal(before, ((LogId[])[LogId.Signatures, LogId.Certificates, LogId.Audit]).Select(log => ledger.Reader(log).Checkpoint));
        Assert.Equal(_checkpoint, await _authority.Client.GetStringAsync("/api/v2/checkpoint", TestContext.Current.CancellationToken));

        // A certificate and its audit leaf are in the new logs, each under the new name.
        Assert.StartsWith("localhost/ct\n1\n", await _authority.OtherClient.GetStringAsync("/ct/checkpoint", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("127.0.0.1/ct\n1\n", await _authority.Client.GetStringAsync("/ct/checkpoint", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.StartsWith("localhost/audit\n1\n", ledger.Reader(ledger.Current(LogKind.Audit)).Checkpoint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loss_is_accepted_only_where_something_is_lost()
    {
        await AddAsync(acceptsLoss: true);
        var refused = await Assert.ThrowsAsync<ConfigurationRefusedException>(
            () => ShardSetup.AddAsync(_authority.Directory, "https://log3.example", true, TimeProvider.System));
        Assert.Contains("Nothing is lost", refused.Message, StringComparison.Ordinal);
        await _authority.StartAgainAsync();
    }

    [Fact]
    public async Task Going_on_that_was_cut_short_is_finished_by_the_same_command()
    {
        await AddAsync(acceptsLoss: true);
        File.Delete(_authority.Paths.Logs);
        await Assert.ThrowsAsync<LedgerRefusedException>(_authority.StartAgainAsync);
        await AddAsync(acceptsLoss: true);
        await _authority.StartAgainAsync();
        Assert.All([_kept, _lost, await _authority.SignAsync(_authority.OtherClient)], _authority.Verify);
        await _authority.AssertCleanAsync();
    }

    [Fact]
    public async Task A_backup_that_is_older_than_a_whole_log_can_be_gone_on_from_too()
    {
        var backup = await File.ReadAllBytesAsync(_authority.Paths.Database, TestContext.Current.CancellationToken);
        await AddAsync(acceptsLoss: true);
        await _authority.StartAgainAsync();
        var lostToo = await _authority.SignAsync(_authority.OtherClient);
        await _authority.StopAsync();
        await File.WriteAllBytesAsync(_authority.Paths.Database, backup, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<LedgerRefusedException>(_authority.StartAgainAsync);
        await ShardSetup.AddAsync(_authority.Directory, "https://log3.example", true, TimeProvider.System);
        await _authority.StartAgainAsync();
        Assert.All([_kept, _lost, lostToo], _authority.Verify);
        Assert.Equal("https://log3.example", _authority.LogToUse());
        await _authority.AssertCleanAsync();
    }

    /// <summary>The database is whole or not: without the file that says what was published, nobody knows.</summary>
    [Theory]
    [InlineData("missing")]
    [InlineData("damaged")]
    [InlineData("cut short")]
    public async Task A_lost_high_water_file_is_refused_and_gone_on_from_in_new_logs(string how)
    {
        if (how == "damaged")
        {
            await File.WriteAllBytesAsync(_authority.Paths.HighWater, new byte[8192], TestContext.Current.CancellationToken);
        }
        else
        {
            File.Delete(_authority.Paths.HighWater);
        }

        foreach (var refused in (Func<Task>[])[_authority.StartAgainAsync, () => AddAsync(acceptsLoss: false)])
        {
            Assert.Contains("'signing-authority shard add DIR --url https://NEW-HOST --accept-loss'", (await Assert.ThrowsAsync<LedgerRefusedException>(refused)).Message, StringComparison.Ordinal);
        }

        await AddAsync(acceptsLoss: true);
        if (how == "cut short")
        {
            // Everything is written but the list.
            File.Delete(_authority.Paths.Logs);
            await Assert.ThrowsAsync<LedgerRefusedException>(_authority.StartAgainAsync);
            await Assert.ThrowsAsync<LedgerRefusedException>(() => AddAsync(acceptsLoss: false));
            await AddAsync(acceptsLoss: true);
        }

        await _authority.StartAgainAsync();
        Assert.All([_kept, _lost, await _authority.SignAsync(_authority.OtherClient)], _authority.Verify);
        Assert.Equal(_authority.OtherUrl, _authority.LogToUse());
        Assert.Equal(_checkpoint, await _authority.Client.GetStringAsync("/api/v2/checkpoint", TestContext.Current.CancellationToken));
        await _authority.StopAsync();
        await _authority.StartAgainAsync();
        await _authority.AssertCleanAsync();
        Assert.Equal(how == "damaged" ? 1 : 0, Directory.GetFiles(_authority.Paths.Keys, "published-heads.*.damaged").Length);
    }

    private Task<LogRecord> AddAsync(bool acceptsLoss) => ShardSetup.AddAsync(_authority.Directory, _authority.OtherUrl, acceptsLoss, TimeProvider.System);
}

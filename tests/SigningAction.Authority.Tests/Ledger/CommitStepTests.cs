using Microsoft.Data.Sqlite;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Transparency;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>
/// L-11, L-22: "failed" and "failed but persisted" at each step of the one transaction and of what follows it. Whatever the step, a batch is all there or not at all,
/// nobody was told yes, and the log goes on where it is. (Each system call of these steps: <c>EndToEnd.Tests/Faults</c>.)
/// </summary>
public sealed class CommitStepTests
{
    [Theory]
    [InlineData("heads", "UPDATE")]
    [InlineData("leaves", "INSERT")]
    [InlineData("tiles", "INSERT")]
    [InlineData("entries", "INSERT")]
    [InlineData("audit", "INSERT")]
    [InlineData("inventory", "INSERT")]
    public async Task A_step_that_fails_leaves_nothing_of_its_batch(string table, string verb)
    {
        await using var test = await TestLedger.CreateAsync();
        await FillTileAsync(test);
        var before = Heads(test);
        Execute(test, $"CREATE TRIGGER fault BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, 'injected'); END");
        await RequireUnansweredAsync(test, table);
        Execute(test, "DROP TRIGGER fault");
        await test.UntilReadyAsync();
        Assert.Equal(before, Heads(test));
        await RequireGoesOnAsync(test, table, before);
    }

    [Theory]
    [InlineData(CommitFault.Failed, false)]
    [InlineData(CommitFault.FailedButPersisted, true)]
    public async Task A_commit_that_fails_is_all_there_or_not_at_all(CommitFault fault, bool isPersisted)
    {
        await using var test = await TestLedger.CreateAsync();
        await FillTileAsync(test);
        var before = Heads(test);
        test.Store.NextCommit = fault;
        await RequireUnansweredAsync(test, "inventory");
        await test.UntilReadyAsync();
        Assert.Equal([before[0], before[1] + (isPersisted ? 1 : 0), before[2] + (isPersisted ? 1 : 0)], Heads(test));
        await test.StopAsync();
        Assert.Empty((await test.FsckAsync()).Findings);
    }

    /// <summary>L-23.</summary>
    [Fact]
    public async Task A_serial_number_that_is_taken_is_never_issued_again_and_who_shares_the_batch_is_answered()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.Ledger.SubmitAsync(test.Issue(7));
        var reopened = test.Store.Reopened;
        var hold = test.Store.HoldCommits();
        var first = test.AppendAsync(1);
        await hold.ReachedAsync();

        // One batch: a number that is stored, one that comes twice, two that are free, and an entry.
        Task<LedgerReceipt<long>>[] issued = [.. ((long[])[8, 7, 9, 9, 10]).Select(payload => test.Ledger.SubmitAsync(test.Issue(payload)))];
        var entry = test.AppendAsync(2);
        hold.Dispose();
        Assert.Equal($"{7:x40}", (await Assert.ThrowsAsync<SerialTakenException>(() => issued[1])).Serial);
        Assert.Equal($"{9:x40}", (await Assert.ThrowsAsync<SerialTakenException>(() => issued[3])).Serial);
        Assert.Equal((1, 2, 3), ((await issued[0]).Product, (await issued[2]).Product, (await issued[4]).Product));
        Assert.Equal((0, 1), ((await first).Index, (await entry).Index));
        Assert.Equal([2, 4, 4], Heads(test));

        // A batch of nothing but such work leaves every log as it is.
        await Assert.ThrowsAsync<SerialTakenException>(() => test.Ledger.SubmitAsync(test.Issue(10)));
        Assert.Equal([2, 4, 4], Heads(test));
        Assert.Equal((LedgerCondition.Ready, reopened), (test.Ledger.State.Condition, test.Store.Reopened));
        await PublicLog.CheckAsync(test.Ledger.Reader(LogId.Signatures), test.Logs[0].Key, 2);
        await test.StopAsync();
        Assert.Empty((await test.FsckAsync()).Findings);
    }

    [Fact]
    public async Task A_transaction_that_cannot_begin_is_none_and_the_log_goes_on_once_it_can()
    {
        await using var test = await TestLedger.CreateAsync();
        await using var other = new SqliteConnection($"Data Source={test.DatabasePath};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using (var command = other.CreateCommand())
        {
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<LedgerUnavailableException>(() => test.AppendAsync(1));
            command.CommandText = "ROLLBACK";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await test.UntilReadyAsync();
        Assert.Equal(0, (await test.AppendAsync(1)).Index);
    }

    [Fact]
    public async Task What_a_dead_process_committed_and_told_nobody_is_in_the_high_water_file_before_it_is_published()
    {
        await using var test = await TestLedger.CreateAsync();
        var old = await File.ReadAllBytesAsync(test.HighWaterPath, TestContext.Current.CancellationToken);
        await test.AppendAsync([1, 2]);
        await test.StopAsync();

        // As a process leaves it that dies between the commit and the high-water file.
        await File.WriteAllBytesAsync(test.HighWaterPath, old, TestContext.Current.CancellationToken);
        Assert.Equal(0, Mark(test));
        await test.StartAsync();
        Assert.Equal(2, test.Ledger.Reader(LogId.Signatures).Head.Size);
        Assert.Equal(2, Mark(test));
    }

    private static long Mark(TestLedger test) => HighWaterFile.TryRead(test.HighWaterPath)!.Single(mark => mark.Log == LogId.Signatures).Size;

    private static long[] Heads(TestLedger test) => [.. test.Logs.Select(log => test.Ledger.Reader(log.Id).Head.Size)];

    /// <summary>255 leaves: the next one fills a tile.</summary>
    private static async Task FillTileAsync(TestLedger test) => await test.AppendAsync(Enumerable.Range(0, 255).Select(number => (long)number));

    /// <summary>The work that reaches the table: an issuance for those of the audit log, an entry for the others.</summary>
    private static Task WorkAsync(TestLedger test, string table) =>
        table is "audit" or "inventory" ? test.Ledger.SubmitAsync(test.Issue(7)) : test.AppendAsync(1000);

    private static async Task RequireUnansweredAsync(TestLedger test, string table)
    {
        var refusal = await Assert.ThrowsAsync<LedgerUnavailableException>(() => WorkAsync(test, table));
        Assert.Equal(LedgerUnavailableReason.OutcomeUnknown, refusal.Reason);
    }

    private static async Task RequireGoesOnAsync(TestLedger test, string table, long[] before)
    {
        await WorkAsync(test, table);
        var added = Heads(test).Zip(before, (after, size) => after - size);
        Assert.Equal(table is "audit" or "inventory" ? [0, 1, 1] : [1, 0, 0], added);
        await PublicLog.CheckAsync(test.Ledger.Reader(LogId.Signatures), test.Logs[0].Key, Heads(test)[0]);
        await test.StopAsync();
        Assert.Empty((await test.FsckAsync()).Findings);
    }

    private static void Execute(TestLedger test, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={test.DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

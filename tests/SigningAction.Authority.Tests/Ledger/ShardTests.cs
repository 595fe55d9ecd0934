using System.Security.Cryptography;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Certificates;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>Several signature logs in one ledger, of which some are frozen and one may have lost its newest leaves.</summary>
public sealed class ShardTests : IAsyncLifetime
{
    private const string SecondHost = "log2.example";
    private static readonly LogId Second = new(4);

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private TestLedger _test = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await TestLedger.CreateAsync();
        await _test.AppendAsync(1);
        await _test.StopAsync();
        await AddSecondAsync();
        await _test.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _test.DisposeAsync();
        _key.Dispose();
    }

    [Fact]
    public async Task The_same_leaf_has_its_own_index_and_its_own_proof_in_each_log()
    {
        Assert.Equal(0, (await AppendToSecondAsync(2)).Index);
        Assert.Equal(1, (await AppendToSecondAsync(1)).Index);
        Assert.Equal(1, (await _test.AppendAsync(2)).Index);
        Assert.Equal(1, (await AppendToSecondAsync(1)).Index);
        await PublicLog.CheckAsync(_test.Ledger.Reader(LogId.Signatures), _test.Logs[0].Key, 2);
        await PublicLog.CheckAsync(_test.Ledger.Reader(Second), _test.Logs[3].Key, 2);
        Assert.Equal(SecondHost, _test.Logs[3].Key.Name);
        await AssertCleanAsync();
    }

    [Theory]
    [InlineData(CommitFault.None, 2, 1)]
    [InlineData(CommitFault.Failed, 1, 0)]
    [InlineData(CommitFault.FailedButPersisted, 2, 1)]
    public async Task Leaves_of_several_logs_are_committed_together_or_not_at_all(CommitFault fault, long firstSize, long secondSize)
    {
        var (commits, reopened) = (_test.Store.Commits, _test.Store.Reopened);
        _test.Store.NextCommit = fault;
        var work = new LedgerWork<int>([LogId.Signatures, Second], _ => new LedgerDraft<int>(1, [TestLedger.Entry(2), TestLedger.Entry(2)]));
        var answer = _test.Ledger.SubmitAsync(work);
        if (fault == CommitFault.None)
        {
            await answer;
            Assert.Equal(commits + 1, _test.Store.Commits);
        }
        else
        {
            await Assert.ThrowsAsync<LedgerUnavailableException>(() => answer);
            await UntilReopenedAsync(reopened);
        }

        Assert.Equal((firstSize, secondSize), (_test.Ledger.Reader(LogId.Signatures).Head.Size, _test.Ledger.Reader(Second).Head.Size));
        await AssertCleanAsync();
    }

    [Fact]
    public async Task A_frozen_log_takes_nothing_and_is_read_as_before_without_its_private_key()
    {
        var before = _test.Ledger.Reader(LogId.Signatures).Head;
        await FreezeFirstAsync(lacksTail: false);
        await _test.StartAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => _test.AppendAsync(2));
        var work = new LedgerWork<int>([Second, LogId.Signatures], _ => throw new InvalidOperationException("never asked"));
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => _test.Ledger.SubmitAsync(work));
        Assert.Contains("log.example is frozen", refusal.Message, StringComparison.Ordinal);

        // A refused leaf takes nobody with it.
        Assert.Equal(0, (await AppendToSecondAsync(2)).Index);
        Assert.Equal(before, _test.Ledger.Reader(LogId.Signatures).Head);
        await PublicLog.CheckAsync(_test.Ledger.Reader(LogId.Signatures), _test.Logs[0].Key, 1);
        await AssertCleanAsync();
    }

    [Fact]
    public async Task A_frozen_log_with_one_leaf_more_or_fewer_does_not_start()
    {
        await FreezeFirstAsync(lacksTail: false);
        _test.Damage("DELETE FROM entries; ");
        _test.Damage("DELETE FROM leaves WHERE log = 1");
        var refusal = await Assert.ThrowsAsync<LedgerRefusedException>(_test.StartAsync);
        Assert.Contains("is damaged", refusal.Message, StringComparison.Ordinal);
        Assert.Contains((await _test.FsckAsync()).Findings, finding => finding.Where.StartsWith("signatures", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_log_that_lost_its_newest_leaves_is_read_as_far_as_it_goes_and_what_was_published_is_never_forgotten()
    {
        await LoseTailAsync();
        var refusal = await Assert.ThrowsAsync<LedgerRefusedException>(_test.StartAsync);
        Assert.Contains("shard add", refusal.Message, StringComparison.Ordinal);

        await FreezeFirstAsync(lacksTail: true);
        await _test.StartAsync();
        await PublicLog.CheckAsync(_test.Ledger.Reader(LogId.Signatures), _test.Logs[0].Key, 1);
        await AppendToSecondAsync(1);
        await _test.RestartAsync();
        await AppendToSecondAsync(2);
        await AssertCleanAsync();
        Assert.Equal(3, HighWaterFile.TryRead(_test.HighWaterPath)!.Single(mark => mark.Log == LogId.Signatures).Size);

        // Whoever opens it again, or says that nothing is lost, gets no further than before.
        await _test.StopAsync();
        var frozen = _test.Logs[0];
        foreach (var log in (LogDefinition[])[frozen with { LacksTail = false }, frozen with { PrivateKey = _test.Keys[0] }, frozen with { PrivateKey = _test.Keys[0], LacksTail = false }])
        {
            _test.Logs = [log, .. _test.Logs.Skip(1)];
            refusal = await Assert.ThrowsAsync<LedgerRefusedException>(_test.StartAsync);
            Assert.Contains("it is an old backup", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task After_a_failed_commit_the_marks_of_a_log_without_tail_are_still_there()
    {
        await LoseTailAsync();
        await FreezeFirstAsync(lacksTail: true);
        await _test.StartAsync();
        var reopened = _test.Store.Reopened;
        _test.Store.NextCommit = CommitFault.FailedButPersisted;
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => AppendToSecondAsync(1));
        await UntilReopenedAsync(reopened);
        Assert.Equal(0, (await AppendToSecondAsync(1)).Index);
        Assert.Equal(3, HighWaterFile.TryRead(_test.HighWaterPath)!.Single(mark => mark.Log == LogId.Signatures).Size);
        await AssertCleanAsync();
    }

    [Fact]
    public async Task A_log_that_was_published_and_is_no_longer_configured_is_refused()
    {
        await AppendToSecondAsync(1);
        await _test.StopAsync();
        var all = _test.Logs;
        _test.Logs = [.. all.Take(3)];
        var refusal = await Assert.ThrowsAsync<LedgerRefusedException>(_test.StartAsync);
        Assert.Contains("holds a log that is not configured", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(2, (await _test.FsckAsync()).Findings.Count);

        // Also where the database forgot it: then the high-water file still knows.
        _test.Damage("PRAGMA foreign_keys = OFF; DELETE FROM heads WHERE log = 4");
        refusal = await Assert.ThrowsAsync<LedgerRefusedException>(_test.StartAsync);
        Assert.Contains("high-water file knows a log that is not configured", refusal.Message, StringComparison.Ordinal);
        Assert.Contains((await _test.FsckAsync()).Findings, finding => finding.What == "was published and is not configured.");
    }

    [Fact]
    public async Task A_log_is_added_once_whatever_was_cut_short()
    {
        await _test.StopAsync();
        await AddSecondAsync();
        await _test.StartAsync();
        await AppendToSecondAsync(1);
        await _test.StopAsync();

        // One that has leaves already is somebody's log and not a new one.
        var refusal = await Assert.ThrowsAsync<LedgerRefusedException>(AddSecondAsync);
        Assert.Contains("with 1 leaves that is not configured", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_cut_short_under_one_name_is_not_finished_under_another()
    {
        await _test.StopAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var store = SqliteLedgerStore.Open(_test.DatabasePath);
        var first = _test.Logs.Take(3).ToList();
        foreach (var (host, other, reason) in new[] { ("log3.example", _key, "is called log2.example"), (SecondHost, key, "not signed by the configured key") })
        {
            var log = LogDefinition.Of(LogKind.Signatures, Second, host, VerificationKey.Of(other), other);
            var refusal = await Assert.ThrowsAsync<LedgerRefusedException>(() => LedgerGrowth.AddAsync(store, _test.HighWaterPath, first, first, [log], _test.Time));
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        }
    }

    private async Task AddSecondAsync()
    {
        var second = LogDefinition.Of(LogKind.Signatures, Second, SecondHost, VerificationKey.Of(_key), _key);
        var first = _test.Logs.Take(3).ToList();
        await using var store = SqliteLedgerStore.Open(_test.DatabasePath);
        await LedgerGrowth.AddAsync(store, _test.HighWaterPath, first, first, [second], _test.Time);
        _test.Logs = [.. first, second];
    }

    /// <summary>The signature log has published three leaves, and the database is a backup with one.</summary>
    private async Task LoseTailAsync()
    {
        await _test.StopAsync();
        _test.CopyTo(_test.Beside("backup"));
        await _test.StartAsync();
        await _test.AppendAsync(2);
        await _test.AppendAsync(3);
        await _test.StopAsync();
        File.Copy(Path.Combine(_test.Beside("backup"), "ledger.db"), _test.DatabasePath, overwrite: true);
    }

    private async Task FreezeFirstAsync(bool lacksTail)
    {
        await _test.StopAsync();
        _test.Logs = [_test.Logs[0] with { PrivateKey = null, LacksTail = lacksTail }, .. _test.Logs.Skip(1)];
    }

    private async Task<LogProof> AppendToSecondAsync(long number)
    {
        var leaf = await _test.Ledger.AppendAsync(Second, TestLedger.Entry(number));
        return await leaf.ProveAsync();
    }

    /// <summary>Callers are answered before the state changes, so being ready is not enough.</summary>
    private Task UntilReopenedAsync(int before) => _test.UntilAsync(
        () => _test.Store.Reopened > before && _test.Ledger.State.Condition == LedgerCondition.Ready, TimeSpan.FromSeconds(5));

    private async Task AssertCleanAsync() => Assert.Empty((await _test.FsckAsync()).Findings);
}

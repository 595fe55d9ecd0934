using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>L-11 and L-03 at the one commit point: "failed" and "failed but persisted".</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData(CommitFault.Failed, 3)]
    [InlineData(CommitFault.FailedButPersisted, 5)]
    public async Task After_a_failed_commit_nobody_is_told_yes_and_the_log_goes_on_without_a_fork(CommitFault fault, long sizeAfter)
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync([1, 2, 3]);
        var before = test.Ledger.Reader(LogId.Signatures).Head;

        test.Store.NextCommit = fault;
        Task<LogProof>[] answers;
        using (test.Store.HoldCommits())
        {
            answers = [test.AppendAsync(4), test.AppendAsync(5)];
        }

        // Both in one batch or one behind the other: the first is unknown, the second unknown or refused, neither is yes.
        foreach (var answer in answers)
        {
            var refusal = await Assert.ThrowsAsync<LedgerUnavailableException>(() => answer);
            Assert.True(refusal.Reason is LedgerUnavailableReason.OutcomeUnknown or LedgerUnavailableReason.NotReady);
        }

        await test.UntilReadyAsync();
        Assert.Equal(2, test.Store.Reopened); // at the start, and now
        Assert.True(test.Ledger.Reader(LogId.Signatures).Head.Size <= sizeAfter);

        // The caller tries again, as it was told to: one index each, and no gap.
        var again = await test.AppendAsync([4, 5]);
        Assert.Equal([3, 4], again.Select(proof => proof.Index).Order());
        await AssertContinuesAsync(test, before, 5);
    }

    [Fact]
    public async Task A_persisted_batch_whose_answer_was_lost_is_published_after_recovery()
    {
        await using var test = await TestLedger.CreateAsync();
        test.Store.NextCommit = CommitFault.FailedButPersisted;
        var refusal = await Assert.ThrowsAsync<LedgerUnavailableException>(() => test.AppendAsync(1));
        Assert.Equal(LedgerUnavailableReason.OutcomeUnknown, refusal.Reason);
        await test.UntilReadyAsync();
        Assert.Equal(1, test.Ledger.Reader(LogId.Signatures).Head.Size);
        Assert.Equal(0, (await test.AppendAsync(1)).Index);
    }

    [Fact]
    public async Task While_the_store_is_away_reading_goes_on_appending_is_refused_and_it_comes_back_by_itself()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync([1, 2, 3]);
        test.Store.NextCommit = CommitFault.Failed;
        test.Store.ReopenFailures = 3;
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => test.AppendAsync(4));
        await test.UntilAsync(() => test.Ledger.State.Condition == LedgerCondition.Recovering && test.Store.ReopenFailures < 3);

        Assert.Contains("nothing is appended", test.Ledger.State.Reason, StringComparison.Ordinal);
        var refusal = await Assert.ThrowsAsync<LedgerUnavailableException>(() => test.AppendAsync(5));
        Assert.Equal(LedgerUnavailableReason.NotReady, refusal.Reason);
        await PublicLog.CheckAsync(test.Ledger.Reader(LogId.Signatures), test.Logs[0].Key, 3);

        await test.UntilReadyAsync();
        Assert.Equal(3, (await test.AppendAsync(6)).Index);
    }

    [Fact]
    public async Task A_store_that_comes_back_with_less_than_was_published_is_refused_for_good()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync([1, 2, 3]);
        test.Store.NextCommit = CommitFault.Failed;
        test.Store.ReopenFailures = 1;
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => test.AppendAsync(4));
        await test.UntilAsync(() => test.Store.ReopenFailures == 0);

        // Somebody "repairs" the database while it is away.
        test.Damage("PRAGMA foreign_keys = OFF; DELETE FROM leaves WHERE log = 1 AND idx = 2;");
        await test.UntilAsync(() => test.Ledger.State.Condition != LedgerCondition.Recovering, TimeSpan.FromSeconds(1));

        Assert.Equal(LedgerCondition.Refused, test.Ledger.State.Condition);
        Assert.Contains("Run fsck", test.Ledger.State.Reason, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LedgerUnavailableException>(() => test.AppendAsync(5));
    }

    [Fact]
    public async Task A_commit_on_heads_that_somebody_else_moved_writes_nothing()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(1);
        await test.StopAsync();
        await using var store = SqliteLedgerStore.Open(test.DatabasePath);
        var heads = await store.ReadHeadsAsync(default);
        var stale = heads[0] with { Size = 0, Root = MerkleTree.EmptyRoot };
        var leaf = new StoredLeaf(0, new byte[] { 1 }, Sha256Digest.Of([1]), IsUnique: true);
        await Assert.ThrowsAsync<HeadsMovedException>(async () =>
            await store.CommitAsync([new LogAppend(stale, stale with { Size = 1 }, [leaf], [], [])], default));

        Assert.Equal(heads, await store.ReadHeadsAsync(default));
        Assert.Empty(await store.ReadLeavesAsync(LogId.Signatures, 1, 10, default));
        Assert.Single(await store.ReadLeavesAsync(LogId.Signatures, 0, 10, default));
    }

    [Fact]
    public async Task What_a_batch_does_not_finish_leaves_no_trace()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.StopAsync();
        await using var store = SqliteLedgerStore.Open(test.DatabasePath);
        var head = (await store.ReadHeadsAsync(default))[0];
        var leaf = new StoredLeaf(0, new byte[] { 1 }, Sha256Digest.Of([1]), IsUnique: true);

        // The second leaf collides with the first: the transaction fails after it wrote.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
            await store.CommitAsync([new LogAppend(head, head with { Size = 2 }, [leaf, leaf], [], [])], default));
        await store.ReopenAsync(default);
        Assert.Equal(head, (await store.ReadHeadsAsync(default))[0]);
        Assert.Empty(await store.ReadLeavesAsync(LogId.Signatures, 0, 10, default));
    }

    private static async Task AssertContinuesAsync(TestLedger test, StoredHead before, long size)
    {
        var reader = test.Ledger.Reader(LogId.Signatures);
        var leaves = await PublicLog.CheckAsync(reader, test.Logs[0].Key, size);
        Assert.Equal(before.Root, PublicLog.Root([.. leaves.Select(leaf => MerkleTree.LeafHash(leaf.Span))], 0, (int)before.Size));
        await test.StopAsync();
        Assert.Empty((await test.FsckAsync()).Findings);
    }
}

using System.Collections.Concurrent;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>Work that needs its indexes before it can make its leaves: an issuance.</summary>
public sealed class WorkTests
{
    [Fact]
    public async Task An_issuance_writes_certificate_leaf_audit_leaf_and_inventory_row_together()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.Ledger.AppendAsync(LogId.Audit, test.Event("refused").ToLeaf());
        var receipt = await test.Ledger.SubmitAsync(test.Issue(42));

        Assert.Equal(0, receipt.Product);
        Assert.Equal([(LogId.Certificates, 0L), (LogId.Audit, 1L)], receipt.Leaves.Select(leaf => (leaf.Log, leaf.Index)));
        var inventory = await test.Store.FindCertificateAsync($"{42:x40}", default);
        Assert.Equal((1, 0), (inventory!.Index, inventory.CertificateIndex));
        Assert.Equal("7", inventory.Identity.RepositoryId);
        var rows = await test.Store.ReadRowsAsync(LogId.Audit, 0, 10, default);
        Assert.Equal(["refused", "allowed"], rows.OfType<AuditRow>().Select(row => row.Decision));
        Assert.Equal("NO_RULE", rows.OfType<AuditRow>().First().Reason);

        await test.StopAsync();
        Assert.Empty((await test.FsckAsync()).Findings);
    }

    [Fact]
    public async Task The_certificate_logs_leaf_and_what_is_hashed_may_differ_and_its_note_is_a_signed_tree_head()
    {
        await using var test = await TestLedger.CreateAsync();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => test.Ledger.SubmitAsync(test.Issue(i))));
        var reader = test.Ledger.Reader(LogId.Certificates);
        var note = SignedNote.Parse(reader.Checkpoint);
        Assert.True(note.IsSignedBy(test.Logs[1].Key));
        Assert.Equal("log.example/ct", Checkpoint.ParseText(note.Text).Origin);

        var data = (await reader.ReadTileAsync(new TilePath(TilePath.Data, 0, 256)))!.Value;
        Assert.Equal(256 * NumberedLeaves.Size, data.Length);
        Assert.Null(await reader.ReadTileAsync(new TilePath(TilePath.Entries, 0, 256)));
        foreach (var leaf in receipts.Select(receipt => receipt.Leaves[0]).Where(leaf => leaf.Index < 256))
        {
            var proof = await leaf.ProveAsync();
            var hash = MerkleTree.LeafHash(NumberedLeaves.Hashed(data.Span.Slice((int)leaf.Index * NumberedLeaves.Size, NumberedLeaves.Size)));
            Assert.True(MerkleProof.VerifyInclusion(leaf.Index, proof.Size, hash, proof.Hashes, proof.Root));
        }
    }

    [Fact]
    public async Task Work_that_fails_takes_no_index_and_the_others_move_up()
    {
        await using var test = await TestLedger.CreateAsync();
        var prepared = new ConcurrentBag<(int Work, long Index)>();
        Task<LedgerReceipt<long>>[] answers;
        using (var hold = test.Store.HoldCommits())
        {
            // The first is held in its commit; what comes now is one batch.
            var first = test.Ledger.AppendAsync(LogId.Signatures, TestLedger.Entry(1));
            await hold.ReachedAsync();
            answers = [.. Enumerable.Range(0, 9).Select(i => test.Ledger.SubmitAsync(test.Issue(i, slots =>
            {
                prepared.Add((i, slots.IndexIn(LogId.Certificates)));
                if (i % 3 == 1)
                {
                    throw new InvalidOperationException($"own check of {i}");
                }
            })))];
        }

        for (var i = 0; i < answers.Length; i++)
        {
            if (i % 3 == 1)
            {
                Assert.Equal($"own check of {i}", (await Assert.ThrowsAsync<InvalidOperationException>(() => answers[i])).Message);
            }
        }

        var indexes = await Task.WhenAll(answers.Where((_, i) => i % 3 != 1));
        Assert.Equal([0, 1, 2, 3, 4, 5], indexes.Select(receipt => receipt.Leaves[0].Index));
        Assert.Equal([0, 1, 2, 3, 4, 5], indexes.Select(receipt => receipt.Product));

        // Only what moved was made again: work 0 kept its index.
        Assert.Equal([0L], prepared.Where(item => item.Work == 0).Select(item => item.Index));
        Assert.Equal([1L, 2L], prepared.Where(item => item.Work == 2).Select(item => item.Index).Order());
        await test.StopAsync();
        Assert.Empty((await test.FsckAsync()).Findings);
    }

    /// <summary>Two public logs ended with a leaf that did not hash to what its head covered: one bit had flipped in memory.</summary>
    [Fact]
    public async Task A_leaf_whose_bytes_changed_in_memory_is_not_signed_and_the_others_move_up()
    {
        await using var test = await TestLedger.CreateAsync();
        var (first, flipped) = (TestLedger.Entry(1), TestLedger.Entry(2));
        Task<CommittedLeaf> changed, repeat;
        Task<LogProof> after;
        using (var hold = test.Store.HoldCommits())
        {
            var held = test.Ledger.AppendAsync(LogId.Signatures, first);
            await hold.ReachedAsync();
            changed = test.Ledger.AppendAsync(LogId.Signatures, flipped);
            repeat = test.Ledger.AppendAsync(LogId.Signatures, flipped);
            after = test.AppendAsync(3);
            flipped[100] ^= 1;
        }

        Assert.Contains("changed in memory", (await Assert.ThrowsAsync<InvalidDataException>(() => changed)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidDataException>(() => repeat);
        Assert.Equal(1, (await after).Index);
        Assert.Equal(LedgerCondition.Ready, test.Ledger.State.Condition);
        Assert.Equal([first, TestLedger.Entry(3)], (await PublicLog.CheckAsync(test.Ledger.Reader(LogId.Signatures), test.Logs[0].Key, 2)).Select(leaf => leaf.ToArray()));
        await test.StopAsync();
        Assert.Empty((await test.FsckAsync()).Findings);
    }

    [Fact]
    public void Each_format_hashes_a_leaf_again_as_it_read_it()
    {
        var entry = new Evidence.Certificates.CertificateLogEntry(DateTimeOffset.UnixEpoch, 7, Sha256Digest.Of([1]), [1, 2], [3, 4, 5], [Sha256Digest.Of([2])]);
        Assert.All(
            new (LeafFormat Format, byte[] Leaf)[] { (new SignatureLeaves(), TestLedger.Entry(1)), (new CertificateLeaves(), entry.TileLeaf()), (new NumberedLeaves(), NumberedLeaves.Leaf(1, 2)) },
            item => Assert.Equal(item.Format.Read(item.Leaf).Hash, item.Format.HashOf(item.Leaf)));
    }

    [Fact]
    public async Task A_leaf_that_claims_another_index_is_refused()
    {
        await using var test = await TestLedger.CreateAsync();
        var work = new LedgerWork<int>([LogId.Certificates], _ => new LedgerDraft<int>(1, [NumberedLeaves.Leaf(5, 5)]));
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.Ledger.SubmitAsync(work));
        Assert.Equal(0, test.Ledger.Reader(LogId.Certificates).Head.Size);
    }

    [Fact]
    public async Task Work_whose_audit_leaf_is_no_event_issues_nothing()
    {
        await using var test = await TestLedger.CreateAsync();
        var work = new LedgerWork<int>([LogId.Certificates, LogId.Audit], slots =>
            new LedgerDraft<int>(1, [NumberedLeaves.Leaf(slots.IndexIn(LogId.Certificates), 5), "{}"u8.ToArray()]));
        var refusal = await Assert.ThrowsAsync<EvidenceException>(() => test.Ledger.SubmitAsync(work));
        Assert.Equal(FailureCode.LogEntryMalformed, refusal.Code);
        Assert.Equal(0, test.Ledger.Reader(LogId.Certificates).Head.Size);
    }

    [Fact]
    public async Task Work_names_each_of_the_ledgers_logs_at_most_once()
    {
        await using var test = await TestLedger.CreateAsync();
        foreach (var logs in (LogId[][])[[], [LogId.Audit, LogId.Audit], [new LogId(9)]])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => test.Ledger.SubmitAsync(new LedgerWork<int>(logs, _ => throw new InvalidOperationException("never"))));
        }
    }

    [Fact]
    public async Task Heads_never_go_back_in_time_whatever_the_clock_does()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.Ledger.SubmitAsync(test.Issue(1));
        var before = test.Ledger.Reader(LogId.Certificates).Head.Time;
        await test.StopAsync();
        test.Time.AdjustTime(before.AddHours(-1));
        await test.StartAsync();

        DateTimeOffset? seen = null;
        await test.Ledger.SubmitAsync(test.Issue(2, slots => seen = slots.Time));
        Assert.Equal(before, seen);
        Assert.Equal(before, test.Ledger.Reader(LogId.Certificates).Head.Time);
    }

    [Fact]
    public async Task A_stop_answers_everything_that_was_taken_and_takes_nothing_more()
    {
        await using var test = await TestLedger.CreateAsync();
        var hold = test.Store.HoldCommits();
        var answers = test.AppendAsync(Enumerable.Range(0, 500).Select(i => (long)i));
        var stopped = test.Ledger.StopAsync();
        var refused = await Assert.ThrowsAsync<LedgerUnavailableException>(() => test.AppendAsync(1000));
        Assert.Equal(LedgerUnavailableReason.Stopping, refused.Reason);

        hold.Dispose();
        await stopped;
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (long)i), (await answers).Select(proof => proof.Index));
        Assert.Equal(LedgerCondition.Stopped, test.Ledger.State.Condition);
    }

    [Fact]
    public async Task More_work_than_will_be_done_soon_is_refused_at_once()
    {
        await using var test = await TestLedger.CreateAsync();
        var hold = test.Store.HoldCommits();
        var answers = new List<Task<CommittedLeaf>>();
        var refused = 0;
        for (var i = 0; i < 10_000; i++)
        {
            var answer = test.Ledger.AppendAsync(LogId.Audit, test.Event($"c{i}").ToLeaf());
            if (answer.Exception?.InnerException is LedgerUnavailableException { Reason: LedgerUnavailableReason.Busy })
            {
                refused++;
            }
            else
            {
                answers.Add(answer);
            }
        }

        Assert.InRange(refused, 1, 5_000);
        hold.Dispose();
        Assert.Equal(answers.Count, (await Task.WhenAll(answers)).Select(leaf => leaf.Index).Distinct().Count());
    }
}

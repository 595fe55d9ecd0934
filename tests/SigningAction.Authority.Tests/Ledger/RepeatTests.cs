using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>L-13 to L-16: one entry has one index, and an entry is what the log says that entries are.</summary>
public sealed class RepeatTests
{
    [Fact]
    public async Task The_same_entry_from_a_thousand_writers_gets_one_index()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(1);
        var proofs = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => Task.Run(() => test.AppendAsync(2))));

        Assert.All(proofs, proof => Assert.Equal(1, proof.Index));
        Assert.Equal(2, test.Ledger.Reader(LogId.Signatures).Head.Size);
        Assert.All(proofs, proof => AssertProves(test, TestLedger.Entry(2), proof));
    }

    [Fact]
    public async Task The_same_entry_within_one_batch_gets_one_index()
    {
        await using var test = await TestLedger.CreateAsync();
        Task<LogProof[]> answers;
        using (var hold = test.Store.HoldCommits())
        {
            // The first is held in its commit; what comes now is one batch.
            var first = test.AppendAsync(1);
            await hold.ReachedAsync();
            answers = test.AppendAsync([2, 3, 2, 1, 3, 2]);
        }

        Assert.Equal([1, 2, 1, 0, 2, 1], (await answers).Select(proof => proof.Index));
        Assert.InRange(test.Store.Commits, 1, 2);
    }

    [Fact]
    public async Task The_same_entry_gets_the_same_index_after_a_restart_and_a_proof_against_the_newest_checkpoint()
    {
        await using var test = await TestLedger.CreateAsync();
        var before = await test.AppendAsync(Enumerable.Range(0, 300).Select(i => (long)i));
        await test.RestartAsync();
        await test.AppendAsync(1000);
        var again = await test.AppendAsync(Enumerable.Range(0, 300).Select(i => (long)i));

        Assert.Equal(before.Select(proof => proof.Index), again.Select(proof => proof.Index));
        Assert.All(again, proof => Assert.Equal(301, proof.Size));
        Assert.All(again.Select((proof, i) => (proof, i)), item => AssertProves(test, TestLedger.Entry(item.i), item.proof));
    }

    [Fact]
    public async Task An_entry_whose_key_is_taken_by_another_leaf_is_refused_and_its_batch_goes_on()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(1);
        test.Store.Found = leaf => leaf with { Data = TestLedger.Entry(99) };
        var refused = test.AppendAsync(1);
        var taken = test.AppendAsync(2);

        await Assert.ThrowsAsync<InvalidDataException>(() => refused);
        Assert.Equal(1, (await taken).Index);
    }

    [Fact]
    public async Task The_audit_log_keeps_two_events_that_say_the_same()
    {
        await using var test = await TestLedger.CreateAsync();
        var leaf = test.Event("c1").ToLeaf();
        Assert.Equal(0, (await test.Ledger.AppendAsync(LogId.Audit, leaf)).Index);
        Assert.Equal(1, (await test.Ledger.AppendAsync(LogId.Audit, leaf)).Index);
    }

    [Fact]
    public async Task An_empty_entry_is_refused()
    {
        await using var test = await TestLedger.CreatePlainAsync();
        var refusal = await Assert.ThrowsAsync<EvidenceException>(() => test.Ledger.AppendAsync(LogId.Signatures, Array.Empty<byte>()));
        Assert.Equal(FailureCode.LogEntryMalformed, refusal.Code);
    }

    [Fact]
    public async Task An_entry_of_65_535_bytes_is_taken_and_one_byte_more_is_refused()
    {
        await using var test = await TestLedger.CreatePlainAsync();
        Assert.Equal(0, (await test.Ledger.AppendAsync(LogId.Signatures, new byte[Limits.LogEntryBytes])).Index);
        await PublicLog.CheckAsync(test.Ledger.Reader(LogId.Signatures), test.Logs[0].Key, 1);

        var refusal = await Assert.ThrowsAsync<EvidenceException>(() => test.Ledger.AppendAsync(LogId.Signatures, new byte[Limits.LogEntryBytes + 1]));
        Assert.Equal(FailureCode.TooLarge, refusal.Code);
    }

    [Fact]
    public async Task A_body_that_is_not_canonical_never_becomes_an_entry()
    {
        await using var test = await TestLedger.CreateAsync();
        byte[] spaced = [.. TestLedger.Entry(1), (byte)' '];
        var refusal = await Assert.ThrowsAsync<EvidenceException>(() => test.Ledger.AppendAsync(LogId.Signatures, spaced));
        Assert.Equal(FailureCode.LogEntryMalformed, refusal.Code);
        Assert.Equal(0, test.Ledger.Reader(LogId.Signatures).Head.Size);
    }

    private static void AssertProves(TestLedger test, byte[] leaf, LogProof proof)
    {
        var note = SignedNote.Parse(proof.Checkpoint);
        Assert.True(note.IsSignedBy(test.Logs[0].Key));
        var checkpoint = Checkpoint.ParseText(note.Text);
        Assert.Equal((proof.Size, proof.Root), (checkpoint.Size, checkpoint.Root));
        Assert.True(MerkleProof.VerifyInclusion(proof.Index, checkpoint.Size, MerkleTree.LeafHash(leaf), proof.Hashes, checkpoint.Root));
    }
}

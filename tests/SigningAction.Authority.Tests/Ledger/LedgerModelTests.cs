using CsCheck;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>Whatever happens in whatever order, the log is what a list and RFC 6962's definition of a tree say.</summary>
public sealed class LedgerModelTests
{
    private enum Step
    {
        Append,
        Repeat,
        Restart,
        Fail,
        FailButPersist,
    }

    private static readonly Gen<(Step, int)[]> Stories =
        Gen.Select(Gen.Frequency((5, Gen.Const(Step.Append)), (2, Gen.Const(Step.Repeat)), (1, Gen.Const(Step.Restart)), (1, Gen.Const(Step.Fail)), (1, Gen.Const(Step.FailButPersist))), Gen.Int[1, 150])
            .Array[1, 12];

    [Fact]
    public Task Any_story_of_appends_repeats_restarts_and_faults_equals_a_plain_tree() => Stories.SampleAsync(PlayAsync, iter: 25, threads: 1);

    private static async Task PlayAsync((Step Step, int Count)[] story)
    {
        await using var test = await TestLedger.CreatePlainAsync();
        var (entries, indexes, checkpoints) = (0L, new Dictionary<long, long>(), new List<StoredHead>());
        foreach (var (step, count) in story)
        {
            switch (step)
            {
                case Step.Append:
                    await RecordAsync(test, indexes, Enumerable.Range(0, count).Select(i => entries + i));
                    entries += count;
                    break;
                case Step.Repeat:
                    await RecordAsync(test, indexes, Enumerable.Range(0, count).Select(i => i * 7L % (entries + 1)));
                    entries = Math.Max(entries, indexes.Keys.DefaultIfEmpty(-1).Max() + 1);
                    break;
                case Step.Restart:
                    await test.RestartAsync();
                    break;
                default:
                    await FailAsync(test, step, Enumerable.Range(0, count).Select(i => entries + i));
                    await RecordAsync(test, indexes, Enumerable.Range(0, count).Select(i => entries + i));
                    entries += count;
                    break;
            }

            checkpoints.Add(test.Ledger.Reader(LogId.Signatures).Head);
        }

        await AssertIsPlainTreeAsync(test, indexes, checkpoints);
    }

    private static async Task RecordAsync(TestLedger test, Dictionary<long, long> indexes, IEnumerable<long> numbers)
    {
        var asked = numbers.ToList();
        var leaves = await Task.WhenAll(asked.Select(number => test.Ledger.AppendAsync(LogId.Signatures, TestLedger.Plain(number))));
        foreach (var (number, leaf) in asked.Zip(leaves))
        {
            Assert.Equal(leaf.Index, indexes.GetValueOrDefault(number, leaf.Index));
            indexes[number] = leaf.Index;
            await leaf.ProveAsync();
        }
    }

    private static async Task FailAsync(TestLedger test, Step step, IEnumerable<long> numbers)
    {
        test.Store.NextCommit = step == Step.Fail ? CommitFault.Failed : CommitFault.FailedButPersisted;
        var tries = numbers.Select(number => test.Ledger.AppendAsync(LogId.Signatures, TestLedger.Plain(number))).ToList();
        await Task.WhenAll(tries).ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.Contains(tries, task => task.IsFaulted);
        await test.UntilReadyAsync();
    }

    private static async Task AssertIsPlainTreeAsync(TestLedger test, Dictionary<long, long> indexes, List<StoredHead> checkpoints)
    {
        var reader = test.Ledger.Reader(LogId.Signatures);
        var leaves = await PublicLog.CheckAsync(reader, test.Logs[0].Key, indexes.Count);
        List<Sha256Digest> hashes = [.. leaves.Select(leaf => MerkleTree.LeafHash(leaf.Span))];
        foreach (var (number, index) in indexes)
        {
            Assert.Equal(TestLedger.Plain(number), leaves[(int)index].ToArray());
        }

        // One history: every checkpoint ever seen is a beginning of the last.
        foreach (var earlier in checkpoints)
        {
            Assert.Equal(PublicLog.Root(hashes, 0, (int)earlier.Size), earlier.Root);
        }

        await test.StopAsync();
        Assert.Empty((await test.FsckAsync()).Findings);
    }
}

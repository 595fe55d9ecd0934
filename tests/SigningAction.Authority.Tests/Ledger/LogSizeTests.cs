using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>L-17: the sizes where tiles and levels begin and end.</summary>
public sealed class LogSizeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    public async Task A_log_of_any_size_is_rebuilt_from_its_tiles_before_and_after_a_restart(long size)
    {
        await using var test = await TestLedger.CreatePlainAsync();
        await test.GrowAsync(0, size);
        await PublicLog.CheckAsync(test.Ledger.Reader(LogId.Signatures), test.Logs[0].Key, size);

        await test.RestartAsync();
        var leaves = await PublicLog.CheckAsync(test.Ledger.Reader(LogId.Signatures), test.Logs[0].Key, size);
        Assert.Equal(size, leaves.Select(leaf => Convert.ToHexString(leaf.Span)).Distinct().Count());

        await test.GrowAsync(size, size + 1);
        await PublicLog.CheckAsync(test.Ledger.Reader(LogId.Signatures), test.Logs[0].Key, size + 1);
        await test.StopAsync();
        Assert.Empty((await test.FsckAsync()).Findings);
    }

    [Fact]
    public async Task Every_leaf_proves_against_every_size_and_every_size_continues_the_one_before()
    {
        await using var test = await TestLedger.CreatePlainAsync();
        var roots = new Dictionary<int, Sha256Digest>();
        var grown = 0;
        foreach (var size in (int[])[1, 2, 3, 255, 256, 257, 511, 512, 513, 599, 600])
        {
            await test.GrowAsync(grown, size);
            grown = size;
            if (size is 257 or 600)
            {
                // Old nodes are read from the store then, not from memory.
                await test.RestartAsync();
            }

            roots[size] = test.Ledger.Reader(LogId.Signatures).Head.Root;
            foreach (var number in (int[])[0, size / 3, size / 2, size - 1])
            {
                // The same leaf again gets its index and a proof of now.
                var proof = await (await test.Ledger.AppendAsync(LogId.Signatures, TestLedger.Plain(number))).ProveAsync();
                Assert.Equal((size, roots[size]), ((int)proof.Size, proof.Root));
                var leaf = new PlainLeaves().Read(TestLedger.Plain(number)).Hash;
                Assert.True(MerkleProof.VerifyInclusion(proof.Index, size, leaf, proof.Hashes, proof.Root));
            }
        }

        List<Sha256Digest> hashes = [.. (await PublicLog.CheckAsync(test.Ledger.Reader(LogId.Signatures), test.Logs[0].Key, 600)).Select(leaf => MerkleTree.LeafHash(leaf.Span))];
        Assert.All(roots, root => Assert.Equal(PublicLog.Root(hashes, 0, root.Key), root.Value));
    }

    [Fact]
    public async Task Tiles_that_the_log_does_not_have_are_not_there()
    {
        await using var test = await TestLedger.CreatePlainAsync();
        await test.GrowAsync(0, 257);
        var reader = test.Ledger.Reader(LogId.Signatures);
        foreach (var path in (TilePath[])
        [
            new(0, 1, 2), new(0, 1, 256), new(0, 2, 1), new(1, 0, 2), new(2, 0, 1), new(63, 0, 1), new(0, long.MaxValue, 256), new(0, -1, 1),
            new(0, 0, 0), new(0, 0, 257), new(TilePath.Entries, 1, 2), new(TilePath.Data, 0, 1), new(TilePath.Entries, long.MaxValue, 1),
        ])
        {
            Assert.Null(await reader.ReadTileAsync(path));
        }
    }
}

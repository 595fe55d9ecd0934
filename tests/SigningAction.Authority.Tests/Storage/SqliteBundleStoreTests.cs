using System.Buffers.Binary;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Tests.Storage;

/// <summary>Bundles that come together: one commit, and an outcome for each of its own.</summary>
public sealed class SqliteBundleStoreTests : IDisposable
{
    private const int Most = 3;

    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.File("bundles.db");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bundles_that_wait_together_are_made_durable_by_one_commit()
    {
        using var store = Open();
        await AddAsync(store, Waiting(0));
        var before = Commits();
        List<PendingBundle> batch = [.. Enumerable.Range(1, 50).Select(i => Waiting(i))];
        store.Keep(batch);
        Assert.Equal(before + 1, Commits());
        Assert.All(batch, bundle => Assert.Equal(bundle.Json, bundle.Outcome().Json));
        foreach (var bundle in batch)
        {
            Assert.Equal(bundle.Json.ToArray(), Assert.Single(await FindAsync(store, bundle.Artifacts.First())).ToArray());
        }
    }

    [Fact]
    public async Task What_says_the_same_is_kept_once_also_of_those_that_come_together()
    {
        using var store = Open();
        var (first, second) = (Waiting(1, text: "first"), Waiting(1, text: "second"));
        store.Keep([first, second]);
        var third = Waiting(1, text: "third");
        store.Keep([third]);
        Assert.All(new[] { first, second, third }, bundle => Assert.Equal(first.Json.ToArray(), bundle.Outcome().Json.ToArray()));
        Assert.Single(await FindAsync(store, first.Artifacts.First()));
    }

    [Fact]
    public async Task An_artifact_that_has_its_most_keeps_no_other_out()
    {
        using var store = Open();
        List<PendingBundle> batch = [.. Enumerable.Range(0, Most + 2).Select(i => Waiting(i, artifact: 7)), Waiting(100)];
        store.Keep(batch);
        var full = batch[0].Artifacts.First();
        Assert.Equal([null, null, null, full, full, null], batch.Select(bundle => bundle.Outcome().Full));
        Assert.Equal(Most, (await FindAsync(store, full)).Count);
        Assert.Single(await FindAsync(store, batch[^1].Artifacts.First()));
    }

    [Fact]
    public async Task A_bundle_that_has_no_room_keeps_those_that_came_with_it_from_nothing()
    {
        using var store = new SqliteBundleStore(Path, new BundleRoom(1, 0));
        var (before, large, after) = (Waiting(1), Waiting(2, text: new string('x', 2 << 20)), Waiting(3));
        store.Keep([before, large, after]);
        Assert.True(Assert.Throws<StoreRefusedException>(large.Outcome).IsFull);
        Assert.All(new[] { before, after }, bundle => Assert.Equal(bundle.Json, bundle.Outcome().Json));
        Assert.Empty(await FindAsync(store, large.Artifacts.First()));
        Assert.Single(await FindAsync(store, after.Artifacts.First()));
    }

    [Fact]
    public async Task What_is_kept_is_said_also_where_there_is_no_room_for_more()
    {
        using (var store = Open())
        {
            await AddAsync(store, Waiting(1));
        }

        // More than any disk has free.
        using var full = new SqliteBundleStore(Path, new BundleRoom(64, int.MaxValue));
        var (there, other) = (Waiting(1), Waiting(2));
        full.Keep([other, there]);
        Assert.Equal(there.Json.ToArray(), there.Outcome().Json.ToArray());
        Assert.True(Assert.Throws<StoreRefusedException>(other.Outcome).IsFull);
    }

    [Fact]
    public async Task A_database_that_cannot_be_used_is_told_to_everybody_who_waits()
    {
        await File.WriteAllTextAsync(Path, new string('x', 8192), Cancellation);
        using var store = Open();
        List<PendingBundle> batch = [Waiting(1), Waiting(2)];
        store.Keep(batch);
        Assert.All(batch, bundle => Assert.False(Assert.Throws<StoreRefusedException>(bundle.Outcome).IsFull));
    }

    [Fact]
    public async Task Whoever_comes_at_the_same_time_as_others_gets_his_own_outcome()
    {
        using var store = Open();
        var bundles = Enumerable.Range(0, 200).Select(i => Waiting(i / 2, text: $"{i / 2}")).ToList();
        var kept = await Task.WhenAll(bundles.Select(bundle => Task.Run(() => AddAsync(store, bundle), Cancellation)));
        Assert.All(bundles.Zip(kept), pair => Assert.Equal(pair.First.Json.ToArray(), pair.Second.Json.ToArray()));
    }

    [Fact]
    public async Task Whoever_gives_up_before_his_turn_leaves_nothing_behind()
    {
        using var store = Open();
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        var bundle = Waiting(1);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.AddAsync(bundle.Said, bundle.Json, bundle.Artifacts, bundle.Time, Most, gone.Token));
        await AddAsync(store, Waiting(2));
        Assert.Empty(await FindAsync(store, bundle.Artifacts.First()));
    }

    public void Dispose() => _directory.Dispose();

    private SqliteBundleStore Open() => new(Path, new BundleRoom(64, 0));

    private static PendingBundle Waiting(int said, int? artifact = null, string text = "{}") => new(
        Sha256Digest.Of(BitConverter.GetBytes(said)), System.Text.Encoding.UTF8.GetBytes(text), [Sha256Digest.Of(BitConverter.GetBytes(1000 + (artifact ?? said)))], DateTimeOffset.UnixEpoch, Most);

    private static Task<KeptBundle> AddAsync(SqliteBundleStore store, PendingBundle bundle) =>
        store.AddAsync(bundle.Said, bundle.Json, bundle.Artifacts, bundle.Time, bundle.Most, Cancellation);

    private static Task<IReadOnlyList<ReadOnlyMemory<byte>>> FindAsync(SqliteBundleStore store, Sha256Digest artifact) => store.FindAsync(artifact, 100, long.MaxValue, Cancellation);

    /// <summary>Commits in the write-ahead log: frames that say how large the database is after them (SQLite's file format, section 4.1).</summary>
    private int Commits()
    {
        const int FileHeader = 32;
        const int FrameHeader = 24;
        using var file = new FileStream(Path + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var log = new byte[file.Length];
        file.ReadExactly(log);
        var page = BinaryPrimitives.ReadInt32BigEndian(log.AsSpan(8));
        return Enumerable.Range(0, (log.Length - FileHeader) / (FrameHeader + page)).Count(i => BinaryPrimitives.ReadInt32BigEndian(log.AsSpan(FileHeader + (i * (FrameHeader + page)) + 4)) != 0);
    }
}

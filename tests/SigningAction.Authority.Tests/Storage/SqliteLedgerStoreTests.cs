using Microsoft.Data.Sqlite;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Tests.Storage;

public sealed class SqliteLedgerStoreTests
{
    [Fact]
    public async Task A_database_is_never_overwritten()
    {
        using var directory = new TemporaryDirectory();
        await SqliteLedgerStore.Create(directory.File("l.db")).DisposeAsync();
        var refused = Assert.Throws<StoreRefusedException>(() => SqliteLedgerStore.Create(directory.File("l.db")));
        Assert.Contains("exists already", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_its_owner_can_read_a_database_and_its_side_files()
    {
        using var directory = new TemporaryDirectory();
        await using var store = SqliteLedgerStore.Create(directory.File("l.db"));
        await store.CreateLogAsync(new StoredHead(LogId.Audit, 0, MerkleTree.EmptyRoot, "note", DateTimeOffset.UnixEpoch), default);
        foreach (var file in (string[])["l.db", "l.db-wal", "l.db-shm"])
        {
            Assert.Equal(DurableFile.OwnerOnly, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(directory.File(file)));
        }
    }

    [Fact]
    public void A_missing_database_is_refused_and_not_made()
    {
        using var directory = new TemporaryDirectory();
        foreach (var open in (Func<string, SqliteLedgerStore>[])[SqliteLedgerStore.Open, SqliteLedgerStore.OpenReadOnly])
        {
            Assert.Contains("signing-authority init", Assert.Throws<StoreRefusedException>(() => open(directory.File("l.db"))).Message, StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFileSystemEntries(directory.Path));
    }

    [Theory]
    [InlineData("PRAGMA user_version = 2", "schema version 2")]
    [InlineData("PRAGMA application_id = 1", "no ledger")]
    public async Task A_database_of_another_version_or_program_is_refused_by_writer_and_reader(string change, string reason)
    {
        using var directory = new TemporaryDirectory();
        await SqliteLedgerStore.Create(directory.File("l.db")).DisposeAsync();
        await using (var connection = new SqliteConnection($"Data Source={directory.File("l.db")};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = change;
            await command.ExecuteNonQueryAsync();
        }

        Assert.Contains(reason, Assert.Throws<StoreRefusedException>(() => SqliteLedgerStore.Open(directory.File("l.db"))).Message, StringComparison.Ordinal);
        await using var reader = SqliteLedgerStore.OpenReadOnly(directory.File("l.db"));
        var refused = await Assert.ThrowsAsync<StoreRefusedException>(async () => await reader.ReadHeadsAsync(default));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("l.db"), new string('x', 8192));
        Assert.True(Assert.Throws<StoreRefusedException>(() => SqliteLedgerStore.Open(directory.File("l.db"))).IsDamaged);
    }

    [Fact]
    public async Task A_read_only_store_writes_nothing()
    {
        using var directory = new TemporaryDirectory();
        await SqliteLedgerStore.Create(directory.File("l.db")).DisposeAsync();
        await using var store = SqliteLedgerStore.OpenReadOnly(directory.File("l.db"));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await store.CommitAsync([], default));
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
            await store.CreateLogAsync(new StoredHead(LogId.Audit, 0, MerkleTree.EmptyRoot, "note", DateTimeOffset.UnixEpoch), default));
    }

    [Fact]
    public async Task Entries_are_found_by_the_digest_of_their_artifact_newest_first()
    {
        using var directory = new TemporaryDirectory();
        await using var store = SqliteLedgerStore.Create(directory.File("l.db"));
        var head = new StoredHead(LogId.Signatures, 0, MerkleTree.EmptyRoot, "note", DateTimeOffset.UnixEpoch);
        await store.CreateLogAsync(head, default);
        var leaves = Enumerable.Range(0, 3).Select(i => new StoredLeaf(i, new[] { (byte)i }, default, IsUnique: false)).ToList();
        var rows = leaves.Select(leaf => new EntryRow(new string('a', 64)) { Index = leaf.Index }).ToList();
        await store.CommitAsync([new LogAppend(head, head with { Size = 3 }, leaves, [], rows)], default);

        var found = await store.FindEntriesAsync(LogId.Signatures, Convert.FromHexString(rows[0].Digest), 2, default);
        Assert.Equal([2L, 1L], found.Select(row => row.Index));
        Assert.Empty(await store.FindEntriesAsync(LogId.Signatures, new byte[32], 2, default));
        Assert.Empty(await store.FindEntriesAsync(LogId.Audit, Convert.FromHexString(rows[0].Digest), 2, default));
    }

    [Fact]
    public async Task Reopening_moves_the_write_ahead_log_into_the_database()
    {
        using var directory = new TemporaryDirectory();
        await using var store = SqliteLedgerStore.Create(directory.File("l.db"));
        await store.CreateLogAsync(new StoredHead(LogId.Audit, 0, MerkleTree.EmptyRoot, "note", DateTimeOffset.UnixEpoch), default);
        var before = new FileInfo(directory.File("l.db-wal")).Length;
        Assert.Single(await store.ReadHeadsAsync(default));
        await store.ReopenAsync(default);

        // One page and its frame header of the probe that proves that writing works.
        Assert.InRange(new FileInfo(directory.File("l.db-wal")).Length, 1, Math.Min(before, 3 * 4200));
        Assert.Single(await store.ReadHeadsAsync(default));
    }
}

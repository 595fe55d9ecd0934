using System.Globalization;
using System.Security.Cryptography;
using SigningAction.EndToEnd.Tests.Ledger;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>L-09, L-33: a backup is one moment of a database that is being written; an old one is refused where more was published.</summary>
public sealed class BackupTests(StoppedAuthority template) : IClassFixture<StoppedAuthority>, IDisposable
{
    private const int Entries = StoppedAuthority.Entries;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task A_backup_taken_while_entries_are_written_restores_to_a_prefix_of_the_log()
    {
        _ = Installed.Authority;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await authority.StartAsync();
        using var stop = new CancellationTokenSource();
        using var writer = new EntryWriter(authority.Http);
        var writing = writer.WriteAsync(stop.Token);
        var highWater = Path.Combine(authority.AuthorityFolder, "keys", "published-heads");
        for (var round = 0; round < 3; round++)
        {
            // What was published before the backup began must be in it.
            var acknowledged = writer.Acknowledged.ToArray();
            var mark = Path.Combine(authority.Folder, $"published-heads-{round}");
            File.Copy(highWater, mark);
            var file = await BackUpAsync(authority);
            await RequireRestoresAsync(file, mark, acknowledged);
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task A_restored_backup_that_is_older_than_what_was_published_does_not_start_and_says_how_to_go_on()
    {
        _ = Installed.Authority;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await authority.StartAsync();
        var file = await BackUpAsync(authority);
        Assert.Equal(Entries, (await new SignedEntry(_key).SendAsync(authority.Http)).Index);
        await authority.KillAsync();
        Restore(authority, file);

        var start = await Command.RunAsync(Installed.Authority, ["serve", authority.AuthorityFolder, "--listen", "http://127.0.0.1:0"], authority.Folder);
        Assert.Equal(1, start.ExitCode);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"has {Entries} leaves of the signatures log, but {Entries + 1} were published: it is an old backup"), start.Error, StringComparison.Ordinal);
        Assert.Contains("start new logs", start.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_is_never_overwritten_and_needs_a_ledger()
    {
        _ = Installed.Authority;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        var file = await BackUpAsync(authority);
        var content = await File.ReadAllBytesAsync(file);
        Assert.Equal(1, (await BackupAsync(authority.AuthorityFolder, file)).ExitCode);
        Assert.Equal(content, await File.ReadAllBytesAsync(file));
        Assert.Equal(1, (await BackupAsync(authority.Folder, file + "2")).ExitCode);
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    public void Dispose() => _key.Dispose();

    private static Task<Command> BackupAsync(string folder, string file) =>
        Command.RunAsync(Installed.Authority, ["backup", folder, "--to", file], Path.GetDirectoryName(file)!);

    private static async Task<string> BackUpAsync(BrittleAuthority authority)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(authority.Folder, Guid.NewGuid().ToString("N"))).FullName, "ledger.backup");
        var backup = await BackupAsync(authority.AuthorityFolder, file);
        Assert.True(backup.ExitCode == 0, backup.Text);
        return file;
    }

    /// <summary>As the README says: the file in its place, and nothing of the old database beside it.</summary>
    private static void Restore(BrittleAuthority authority, string file)
    {
        var database = Path.Combine(authority.AuthorityFolder, "ledger", "ledger.db");
        File.Delete(database + "-wal");
        File.Delete(database + "-shm");
        File.Copy(file, database, overwrite: true);
    }

    private async Task RequireRestoresAsync(string file, string highWater, IReadOnlyList<(long Index, byte[] Leaf)> acknowledged)
    {
        await using var restored = await BrittleAuthority.CopyAsync(template.Folder);
        Restore(restored, file);
        File.Copy(highWater, Path.Combine(restored.AuthorityFolder, "keys", "published-heads"), overwrite: true);
        await restored.FsckAsync();
        await restored.StartAsync();
        var (checkpoint, leaves) = await restored.ReadLogAsync(template.Root);
        Assert.Equal(template.TreeRoot, TileLog.Root(leaves, Entries));
        Assert.All(acknowledged, entry => Assert.True(leaves[(int)entry.Index].Span.SequenceEqual(entry.Leaf), $"entry {entry.Index} is not what was acknowledged"));
        Assert.Equal(checkpoint.Size, (await new SignedEntry(_key).SendAsync(restored.Http)).Index);
    }
}

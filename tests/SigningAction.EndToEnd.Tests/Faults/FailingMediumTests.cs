using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using SigningAction.EndToEnd.Tests.Ledger;
using SigningAction.EndToEnd.Tests.Programs;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>L-02, L-03, L-04: a medium that goes on failing, and one that is full. Nothing is acknowledged, reading goes on, and it comes back without a restart.</summary>
public sealed class FailingMediumTests(StoppedAuthority template) : IClassFixture<StoppedAuthority>, IDisposable
{
    private const int Entries = StoppedAuthority.Entries;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Theory]
    [InlineData("fsync,fdatasync", "error=EIO", "ledger/ledger.db-wal")]
    [InlineData("fsync,fdatasync", "error=EIO", "keys/published-heads")]
    [InlineData("fsync,fdatasync", "error=ENOSPC", "keys/published-heads")]
    [InlineData("pwrite64", "error=EIO", "ledger/ledger.db-wal")]
    [InlineData("pwrite64", "error=ENOSPC", "ledger/ledger.db-wal")]
    [InlineData("pwrite64", "error=ENOSPC", "keys/published-heads")]
    public async Task While_writing_fails_it_is_read_only_and_says_so_and_afterwards_it_goes_on_by_itself(string calls, string fault, string file)
    {
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await authority.StartAsync();
        var entry = new SignedEntry(_key);
        await using (var strace = await Strace.AttachAsync(
            authority.ProcessId, authority.Folder, "-P", $"{authority.AuthorityFolder}/{file}", "-e", $"trace={calls}", "-e", $"inject={calls}:{fault}"))
        {
            await RequireReadOnlyAsync(authority, entry);
            Assert.Contains(await strace.DetachAsync(), line => line.Contains("(INJECTED)", StringComparison.Ordinal));
        }

        await RequireGoesOnAsync(authority, entry);
        await authority.KillAsync();
        await authority.FsckAsync();
    }

    [Fact]
    public async Task Without_a_free_file_handle_nothing_is_acknowledged_and_afterwards_it_goes_on_by_itself()
    {
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await authority.StartAsync();
        var entry = new SignedEntry(_key);
        var database = Path.Combine(authority.AuthorityFolder, "ledger", "ledger.db");

        // The write fails once, and then no file opens.
        await using (await Strace.AttachAsync(
            authority.ProcessId, authority.Folder,
            "-P", database, "-P", database + "-wal", "-e", "trace=openat,pwrite64", "-e", "inject=openat:error=EMFILE", "-e", "inject=pwrite64:error=EIO:when=1"))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await entry.SendAsync(authority.Http)).Status);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "recovering"), await authority.ReadinessAsync());
        }

        await RequireGoesOnAsync(authority, entry);
        await authority.KillAsync();
        await authority.FsckAsync();
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_clearly_keeps_reading_and_recovers_when_there_is_room()
    {
        Installed.RequireMounts();
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);

        // The server and nobody else sees a small tmpfs in place of its folder; the test looks into it through /proc.
        const string script = """
            folder=$1; shift
            mkdir "$folder.disk" && mount -t tmpfs -o size=8m,mode=700 tmpfs "$folder.disk" && cp -a "$folder/." "$folder.disk" && mount --move "$folder.disk" "$folder" && exec "$@"
            """;
        await authority.StartAsync("unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh", authority.AuthorityFolder);
        var entry = new SignedEntry(_key);
        var fill = $"/proc/{authority.ProcessId}/root{authority.AuthorityFolder}/fill";

        // Blocks that the ledger's files have already, and those that a recovery gives back, still take a few entries; then it is over.
        long taken = 0;
        for (var refused = 0; refused < 5; refused++)
        {
            Fill(fill);
            if ((await new SignedEntry(_key).SendAsync(authority.Http)).Index is not null)
            {
                Assert.True(taken++ < 1000, "the disk is not full");
                refused = -1;
            }

            await Task.Delay(20);
        }

        await RequireReadOnlyAsync(authority, entry, Entries + taken);
        File.Delete(fill);
        await authority.UntilReadyAsync();
        Assert.NotNull((await entry.SendAsync(authority.Http)).Index);
        var (checkpoint, _) = await authority.ReadLogAsync(template.Root);
        Assert.InRange(checkpoint.Size, Entries + taken + 1, Entries + taken + 2);
        await authority.FsckByCommandAsync("nsenter", "--user", "--mount", "--preserve-credentials", "--target", authority.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    public void Dispose() => _key.Dispose();

    private async Task RequireReadOnlyAsync(BrittleAuthority authority, SignedEntry entry, long size = Entries)
    {
        for (var attempt = 0; attempt < 3; attempt++)
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await entry.SendAsync(authority.Http)).Status);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "recovering"), await authority.ReadinessAsync());
            var (checkpoint, leaves) = await authority.ReadLogAsync(template.Root);
            Assert.Equal(size, checkpoint.Size);
            Assert.Equal(template.TreeRoot, TileLog.Root(leaves, Entries));
            await Task.Delay(150);
        }
    }

    private async Task RequireGoesOnAsync(BrittleAuthority authority, SignedEntry entry)
    {
        await authority.UntilReadyAsync();
        Assert.Equal(Entries, (await entry.SendAsync(authority.Http)).Index);
        Assert.Equal(Entries + 1, (await new SignedEntry(_key).SendAsync(authority.Http)).Index);
        var (checkpoint, leaves) = await authority.ReadLogAsync(template.Root);
        Assert.Equal(Entries + 2, checkpoint.Size);
        Assert.True(leaves[Entries].Span.SequenceEqual(entry.Leaf), "the entry is not what was sent");
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var step in (int[])[65_536, 4096, 1])
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[step]);
                }
            }
            catch (IOException)
            {
                // Full, to within the step.
            }
        }
    }
}

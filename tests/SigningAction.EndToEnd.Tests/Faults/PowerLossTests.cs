using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.EndToEnd.Tests.Ledger;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>
/// L-05: the power fails. What a process wrote and synced is recorded, from its start after a crash through appends and an exchange, and for each moment the disks are made
/// that may be found then: <see cref="LossyDisk"/>. From each of them the ledger starts, with everything that was acknowledged, goes on, and fsck finds nothing.
/// </summary>
public sealed class PowerLossTests(StoppedAuthority template) : IClassFixture<StoppedAuthority>, IDisposable
{
    private const int Entries = StoppedAuthority.Entries;

    private static readonly string[] Files = ["ledger/ledger.db", "ledger/ledger.db-wal", "keys/published-heads"];

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task L05_whatever_was_not_synced_is_lost_and_what_was_acknowledged_is_there()
    {
        await using var authority = await CrashedAsync();
        var disk = new LossyDisk(authority.AuthorityFolder, Files);
        var entries = Enumerable.Range(0, 3).Select(_ => new SignedEntry(_key)).ToList();
        var calls = await RecordAsync(authority, entries);

        // Two images of one moment differ in what nobody was promised; of two moments, in what was acknowledged in between.
        var images = new Dictionary<string, (IReadOnlyDictionary<string, byte[]> Files, int Logged, int Issued)>(StringComparer.Ordinal);
        var (logged, issued) = (0, 0);
        foreach (var call in calls)
        {
            if (call.IsSync)
            {
                AddImages();
            }

            if (call.Name.StartsWith("send", StringComparison.Ordinal))
            {
                var text = Encoding.ASCII.GetString(call.Data);
                logged += text.StartsWith("HTTP/1.1 201", StringComparison.Ordinal) ? 1 : 0;
                issued += text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) && text.Contains("signedCertificateEmbeddedSct", StringComparison.Ordinal) ? 1 : 0;
            }
            else if (Files.Any(file => call.Path.EndsWith('/' + file, StringComparison.Ordinal)) || call.IsSync)
            {
                disk.Apply(call);
            }
        }

        AddImages();
        Assert.Equal((entries.Count, 1), (logged, issued));

        var found = new ConcurrentBag<long>();
        await Parallel.ForEachAsync(images.Values, TestContext.Current.CancellationToken, async (image, _) => found.Add(await RequireAsync(authority.AuthorityFolder, image.Files, entries, image.Logged, image.Issued)));

        // The model bites: at some moments entries were written that a loss takes away again.
        Assert.True(images.Count > 100, $"{images.Count} images");
        Assert.Equal(Enumerable.Range(Entries + 1, entries.Count + 1).Select(size => (long)size), found.Distinct().Order());

        void AddImages()
        {
            foreach (var image in disk.Images())
            {
                var id = string.Join(' ', image.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Key} {Convert.ToHexString(SHA256.HashData(file.Value))}"));
                images[id] = (image, logged, issued);
            }
        }
    }

    public void Dispose() => _key.Dispose();

    /// <summary>With one entry more, which is in the write-ahead log only; it and everything before is on the disk.</summary>
    private async Task<BrittleAuthority> CrashedAsync()
    {
        _ = Installed.Strace;
        var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await authority.StartAsync();
        Assert.Equal(Entries, (await new SignedEntry(_key).SendAsync(authority.Http)).Index);
        await authority.KillAsync();
        return authority;
    }

    private async Task<IReadOnlyList<DiskCall>> RecordAsync(BrittleAuthority authority, List<SignedEntry> entries)
    {
        var original = await BrittleAuthority.CopyAsync(authority.AuthorityFolder);
        await using (original)
        {
            var output = Path.Combine(original.Folder, "strace");
            await original.StartAsync([Installed.Strace, "-D", "-f", "-y", "-o", output, .. DiskCall.Options]);
            foreach (var entry in entries)
            {
                Assert.NotNull((await entry.SendAsync(original.Http)).Index);
            }

            using (var signer = new TestSigner(original.Http))
            {
                _ = await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(template.Issuer));
            }

            await original.KillAsync();
            return [.. DiskCall.Parse(await File.ReadAllLinesAsync(output)).Select(call => call with { Path = call.Path.Replace(original.AuthorityFolder, authority.AuthorityFolder, StringComparison.Ordinal) })];
        }
    }

    /// <summary>Starts the ledger on an image, on the path of every start.</summary>
    /// <returns>Entries that were found.</returns>
    private async Task<long> RequireAsync(string folder, IReadOnlyDictionary<string, byte[]> files, List<SignedEntry> entries, int logged, int issued)
    {
        // Where there is one, a disk in memory: hundreds of starts sync as often.
        var place = Directory.Exists("/dev/shm") ? Path.Combine("/dev/shm", $"signingaction-{Guid.NewGuid():N}") : Directory.CreateTempSubdirectory("signingaction-image-").FullName;
        try
        {
            Directory.CreateDirectory(place);
            foreach (var file in files)
            {
                await File.WriteAllBytesAsync(Path.Combine(place, Path.GetFileName(file.Key)), file.Value);
            }

            using var material = AuthorityMaterial.Open(folder);
            var (database, highWater) = (Path.Combine(place, "ledger.db"), Path.Combine(place, "published-heads"));
            long size;
            await using (var store = SqliteLedgerStore.Open(database))
            await using (var ledger = await AuthorityLedger.OpenAsync(store, highWater, material.Ledger, TimeProvider.System, NullLogger<AuthorityLedger>.Instance))
            {
                size = ledger.Reader(LogId.Signatures).Head.Size;
                Assert.True(size >= Entries + 1 + logged, $"{size} entries, {logged} acknowledged");
                Assert.True(ledger.Reader(LogId.Certificates).Head.Size >= issued, "a certificate was handed out that the log does not have");
                var leaves = await store.ReadLeavesAsync(LogId.Signatures, Entries + 1, entries.Count, default);
                Assert.All(leaves, leaf => Assert.True(leaf.Data.Span.SequenceEqual(entries[(int)leaf.Index - Entries - 1].Leaf), "another entry has its index"));
                Assert.Equal(size, (await ledger.AppendAsync(LogId.Signatures, new SignedEntry(_key).Leaf)).Index);
            }

            await using var after = SqliteLedgerStore.OpenReadOnly(database);
            Assert.Empty((await Fsck.RunAsync(after, material.Ledger, highWater)).Findings);
            return size;
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }
}

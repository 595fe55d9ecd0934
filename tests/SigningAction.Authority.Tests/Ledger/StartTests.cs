using System.Security.Cryptography;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>L-07 to L-10 and L-18: what must not be continued is refused, with the way out.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData(LogKind.Signatures)]
    [InlineData(LogKind.Certificates)]
    [InlineData(LogKind.Audit)]
    public async Task L18_no_log_starts_with_another_key(LogKind kind)
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(1);
        await test.StopAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        test.Logs = [.. test.Logs.Select(log => log.Kind == kind ? LogDefinition.Of(kind, log.Id, TestLedger.Host, VerificationKey.Of(other), other) with { Format = log.Format } : log)];
        await AssertRefusedAsync(test, $"The checkpoint of the {Id(kind)} log is not signed by the configured key");
    }

    [Theory]
    [InlineData(LogKind.Signatures, "")]
    [InlineData(LogKind.Certificates, "/ct")]
    [InlineData(LogKind.Audit, "/audit")]
    public async Task L18_no_log_starts_under_another_name(LogKind kind, string below)
    {
        await using var test = await TestLedger.CreateAsync();
        await test.StopAsync();
        test.Logs = [.. test.Logs.Select(log => log.Kind == kind ? LogDefinition.Of(kind, log.Id, "other.example", VerificationKey.Of(log.PrivateKey!), log.PrivateKey) with { Format = log.Format } : log)];
        await AssertRefusedAsync(test, $"The stored {Id(kind)} log is called log.example{below}, the configuration says other.example{below}");
    }

    [Fact]
    public async Task A_second_authority_on_one_database_is_refused()
    {
        await using var test = await TestLedger.CreateAsync();
        var refusal = Assert.Throws<StoreRefusedException>(() => SqliteLedgerStore.Open(test.DatabasePath));
        Assert.Contains("Another process uses", refusal.Message, StringComparison.Ordinal);

        // Once it is gone, the next one starts.
        await test.RestartAsync();
        Assert.Equal(0, (await test.AppendAsync(1)).Index);
    }

    [Fact]
    public async Task A_restored_old_backup_is_refused_and_told_how_to_go_on()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(1);
        await test.StopAsync();
        test.CopyTo(test.Beside("backup"));
        await test.StartAsync();
        await test.AppendAsync(2);
        await test.StopAsync();
        File.Copy(Path.Combine(test.Beside("backup"), "ledger.db"), test.DatabasePath, overwrite: true);

        await AssertRefusedAsync(test, "it is an old backup");
        await AssertRefusedAsync(test, "start new logs");
        Assert.Contains((await test.FsckAsync()).Findings, finding => finding.What.Contains("old backup", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_history_of_the_same_size_or_longer_is_refused()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.StopAsync();
        test.CopyTo(test.Beside("backup"));
        var highWater = await File.ReadAllBytesAsync(test.HighWaterPath);
        await test.StartAsync();
        await test.AppendAsync([1, 2, 3]);
        await test.StopAsync();
        var published = await File.ReadAllBytesAsync(test.HighWaterPath);

        // The same keys sign another history: what a cloned machine would do.
        File.Copy(Path.Combine(test.Beside("backup"), "ledger.db"), test.DatabasePath, overwrite: true);
        await File.WriteAllBytesAsync(test.HighWaterPath, highWater);
        await test.StartAsync();
        await test.AppendAsync([4, 5, 6]);
        await test.StopAsync();
        await AssertRefusedUnderAsync(test, published, "has other leaves than those that were published at size 3");

        await test.StartAsync();
        await test.AppendAsync([7, 8]);
        await test.StopAsync();
        await AssertRefusedUnderAsync(test, published, "has other leaves than those that were published at size 3");
    }

    [Fact]
    public async Task A_missing_high_water_file_is_refused()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.StopAsync();
        File.Delete(test.HighWaterPath);
        await AssertRefusedAsync(test, "is missing");
    }

    [Fact]
    public async Task A_high_water_file_of_which_one_slot_was_torn_still_serves_and_of_which_both_were_is_refused()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(1);
        await test.AppendAsync(2);
        await test.StopAsync();
        var content = await File.ReadAllBytesAsync(test.HighWaterPath);
        foreach (var slot in (int[])[0, 1])
        {
            var torn = content.ToArray();
            torn[(slot * 4096) + 40] ^= 1;
            await File.WriteAllBytesAsync(test.HighWaterPath, torn);
            await test.RestartAsync();
            await test.StopAsync();
        }

        content[40] ^= 1;
        content[4096 + 40] ^= 1;
        await File.WriteAllBytesAsync(test.HighWaterPath, content);
        await AssertRefusedAsync(test, "is damaged");
    }

    [Theory]
    [InlineData("UPDATE leaves SET data = CAST('leaf x' AS BLOB) WHERE idx = 299", "signatures log (log.example) is damaged: its newest leaves, tile entries/001.p/44 (leaves 256 to 299), do not lead to the signed root")]
    [InlineData("UPDATE tiles SET hashes = zeroblob(8192) WHERE idx = 0 AND level = 0", "signatures log (log.example) is damaged: tile 0/000 and its leaves, 0 to 255, do not agree")]
    [InlineData("UPDATE tiles SET hashes = CAST(substr(hashes, 1, 100) || x'00' || substr(hashes, 102) AS BLOB)", "tile 0/000 and its leaves, 0 to 255, do not agree")]
    [InlineData("UPDATE tiles SET hashes = zeroblob(8191) WHERE idx = 0 AND level = 0", "tile 0/000 is missing or of the wrong length")]
    [InlineData("DELETE FROM tiles", "tile 0/000 is missing or of the wrong length")]
    [InlineData("DELETE FROM leaves WHERE idx = 299", "its head says 44, which are tile entries/001.p/44 (leaves 256 to 299)")]
    [InlineData("INSERT INTO leaves VALUES (1, 300, x'00', zeroblob(32), 1)", "it holds 45 leaves from 256, its head says 44")]
    [InlineData("UPDATE heads SET size = 299", "differs from its own checkpoint")]
    [InlineData("UPDATE heads SET root = zeroblob(32)", "differs from its own checkpoint")]
    [InlineData("UPDATE heads SET checkpoint = 'nothing'", "not a signed note")]
    [InlineData("INSERT INTO heads VALUES (9, 0, zeroblob(32), '', 0)", "holds a log that is not configured")]
    [InlineData("DELETE FROM heads", "has no signatures log")]
    public async Task A_damaged_tail_is_refused(string damage, string reason)
    {
        await using var test = await TestLedger.CreatePlainAsync();
        await test.GrowAsync(0, 300);
        await test.StopAsync();
        test.Damage($"PRAGMA foreign_keys = OFF; {damage}");
        await AssertRefusedAsync(test, reason);
        Assert.NotEmpty((await test.FsckAsync()).Findings);
    }

    /// <summary>L-07: a page of the database itself. It is refused with a sentence, or found by fsck, or hits nothing that anybody reads.</summary>
    [Fact]
    public async Task A_damaged_page_of_the_database_is_refused_or_nothing_is_missing()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(Enumerable.Range(0, 300).Select(number => (long)number));
        await test.Ledger.SubmitAsync(test.Issue(1));
        await test.StopAsync();
        var (database, highWater) = (await File.ReadAllBytesAsync(test.DatabasePath), await File.ReadAllBytesAsync(test.HighWaterPath));
        var (refused, found) = (0, 0);
        for (var page = 0; page < database.Length / 4096; page++)
        {
            // The header of a page, or its end, where its first cells are.
            var offset = page == 0 ? 100 : page % 2 == 0 ? 0 : 4088;
            var damaged = database.ToArray();
            damaged.AsSpan((page * 4096) + offset, 8).Fill(0x5A);
            await File.WriteAllBytesAsync(test.DatabasePath, damaged);
            await File.WriteAllBytesAsync(test.HighWaterPath, highWater);
            var isFound = (await test.FsckAsync()).Findings.Count > 0;
            var isRefused = !await StartsAsync(test);
            Assert.True(isFound || (!isRefused && (await PublicLog.CheckAsync(test.Ledger.Reader(LogId.Signatures), test.Logs[0].Key, 300)).Count == 300), $"page {page}");
            await test.StopAsync();
            (refused, found) = (refused + (isRefused ? 1 : 0), found + (isFound ? 1 : 0));
        }

        Assert.True(refused > 4 && found > refused, $"{refused} refused, {found} found, of {database.Length / 4096} pages");
    }

    /// <summary>A process that died between its commit and the high-water file: what it continues is read through old tiles.</summary>
    [Fact]
    public async Task A_missing_tile_on_the_way_to_what_was_published_is_refused()
    {
        await using var test = await TestLedger.CreatePlainAsync();
        await test.GrowAsync(0, 10);
        await test.StopAsync();
        var published = await File.ReadAllBytesAsync(test.HighWaterPath);
        await test.StartAsync();
        await test.GrowAsync(10, 65_600);
        await test.StopAsync();
        await File.WriteAllBytesAsync(test.HighWaterPath, published);
        test.Damage("DELETE FROM tiles WHERE level = 0 AND idx = 0");
        await AssertRefusedAsync(test, "Tile 0/000 of the signatures log is missing or damaged.");
    }

    [Fact]
    public async Task Logs_are_made_once()
    {
        await using var test = await TestLedger.CreateAsync();
        await Assert.ThrowsAsync<LedgerRefusedException>(() => AuthorityLedger.CreateAsync(test.Store, test.HighWaterPath, test.Logs, test.Time));
        await Assert.ThrowsAsync<StoreRefusedException>(() => AuthorityLedger.CreateAsync(test.Store, test.Beside("other"), test.Logs, test.Time));
    }

    private static LogId Id(LogKind kind) => kind switch
    {
        LogKind.Signatures => LogId.Signatures,
        LogKind.Certificates => LogId.Certificates,
        _ => LogId.Audit,
    };

    /// <summary>Anything but a start and a refusal that says what to do is a crash.</summary>
    private static async Task<bool> StartsAsync(TestLedger test)
    {
        try
        {
            await test.StartAsync();
            return true;
        }
        catch (Exception e) when (e is LedgerRefusedException or StoreRefusedException)
        {
            Assert.Matches("(fsck|[Rr]estore)", e.Message);
            return false;
        }
    }

    private static async Task AssertRefusedUnderAsync(TestLedger test, byte[] highWater, string reason)
    {
        var own = await File.ReadAllBytesAsync(test.HighWaterPath);
        await File.WriteAllBytesAsync(test.HighWaterPath, highWater);
        await AssertRefusedAsync(test, reason);
        Assert.Contains((await test.FsckAsync()).Findings, finding => finding.What.Contains("other leaves were published at size 3", StringComparison.Ordinal));
        await File.WriteAllBytesAsync(test.HighWaterPath, own);
    }

    private static async Task AssertRefusedAsync(TestLedger test, string reason)
    {
        var refusal = await Assert.ThrowsAsync<LedgerRefusedException>(test.StartAsync);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }
}

using System.Security.Cryptography;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>L-07 to L-10 and L-18: what must not be continued is refused, with the way out.</summary>
public sealed class StartTests
{
    [Fact]
    public async Task A_log_does_not_start_with_another_key()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(1);
        await test.StopAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        test.Logs = [LogDefinition.Signatures(TestLedger.Host, other), .. test.Logs.Skip(1)];
        await AssertRefusedAsync(test, "not signed by the configured key");
    }

    [Fact]
    public async Task A_log_does_not_start_under_another_name()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.StopAsync();
        test.Logs = [LogDefinition.Signatures("other.example", test.Keys[0]), .. test.Logs.Skip(1)];
        await AssertRefusedAsync(test, "is called log.example, the configuration says other.example");
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
    [InlineData("UPDATE leaves SET data = CAST('leaf x' AS BLOB) WHERE idx = 299", "do not lead to the signed root")]
    [InlineData("UPDATE tiles SET hashes = zeroblob(8192) WHERE idx = 0 AND level = 0", "do not lead to the signed root")]
    [InlineData("UPDATE tiles SET hashes = zeroblob(8191) WHERE idx = 0 AND level = 0", "missing or of the wrong length")]
    [InlineData("DELETE FROM tiles", "missing or of the wrong length")]
    [InlineData("DELETE FROM leaves WHERE idx = 299", "its head says 44")]
    [InlineData("INSERT INTO leaves VALUES (1, 300, x'00', zeroblob(32), 1)", "it holds 45 leaves")]
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

    [Fact]
    public async Task Logs_are_made_once()
    {
        await using var test = await TestLedger.CreateAsync();
        await Assert.ThrowsAsync<LedgerRefusedException>(() => AuthorityLedger.CreateAsync(test.Store, test.HighWaterPath, test.Logs, test.Time));
        await Assert.ThrowsAsync<StoreRefusedException>(() => AuthorityLedger.CreateAsync(test.Store, test.Beside("other"), test.Logs, test.Time));
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

using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>fsck finds every single thing that is not what the leaves make it, and says where.</summary>
public sealed class FsckTests
{
    [Theory]
    [InlineData("UPDATE leaves SET data = CAST(substr(data, 1, 200) || 'A' || substr(data, 202) AS BLOB) WHERE log = 1 AND idx = 7", "signatures leaf 7")]
    [InlineData("UPDATE leaves SET sha256 = zeroblob(32) WHERE log = 1 AND idx = 7", "signatures leaf 7")]
    [InlineData("UPDATE leaves SET is_unique = 0 WHERE log = 1 AND idx = 7", "signatures leaf 7")]
    [InlineData("UPDATE leaves SET data = CAST(substr(data, 1, 15) || x'FF' AS BLOB) WHERE log = 2 AND idx = 7", "certificates leaf 7")]
    [InlineData("UPDATE leaves SET data = CAST(substr(data, 1, 7) || x'FF' || substr(data, 9) AS BLOB) WHERE log = 2 AND idx = 7", "certificates leaf 7")]
    [InlineData("UPDATE leaves SET data = CAST(replace(data, 'exchange', 'eXchange') AS BLOB), sha256 = sha256 WHERE log = 3 AND idx = 7", "audit leaf 7")]
    [InlineData("DELETE FROM leaves WHERE log = 1 AND idx = 7", "signatures leaf 7")]
    [InlineData("INSERT INTO leaves VALUES (1, 400, x'00', zeroblob(32), 1)", "signatures leaves")]
    [InlineData("UPDATE tiles SET hashes = CAST(substr(hashes, 1, 100) || x'00' || substr(hashes, 102) AS BLOB) WHERE log = 1", "signatures tile 0/000")]
    [InlineData("DELETE FROM tiles WHERE log = 1", "signatures tile 0/000")]
    [InlineData("INSERT INTO tiles VALUES (1, 0, 9, zeroblob(8192))", "signatures tiles and rows")]
    [InlineData("UPDATE heads SET root = zeroblob(32) WHERE log = 3", "audit root")]
    [InlineData("UPDATE heads SET checkpoint = replace(checkpoint, 'log.example', 'log.examplf') WHERE log = 1", "signatures checkpoint")]
    [InlineData("UPDATE heads SET checkpoint = replace(checkpoint, char(10) || char(10), char(10) || 'x' || char(10) || char(10)) WHERE log = 1", "signatures checkpoint")]
    [InlineData("UPDATE entries SET digest = zeroblob(32) WHERE idx = 7", "signatures rows of leaf 7")]
    [InlineData("DELETE FROM entries WHERE idx = 7", "signatures rows of leaf 7")]
    [InlineData("INSERT INTO entries VALUES (1, 999, zeroblob(32))", "signatures tiles and rows")]
    [InlineData("UPDATE audit SET decision = 'refused' WHERE idx = 7", "audit rows of leaf 7")]
    [InlineData("UPDATE audit SET time = time + 1 WHERE idx = 7", "audit rows of leaf 7")]
    [InlineData("UPDATE audit SET repository_id = '8' WHERE idx = 7", "audit rows of leaf 7")]
    [InlineData("UPDATE inventory SET sha256 = 'ff' WHERE idx = 7", "audit rows of leaf 7")]
    [InlineData("UPDATE inventory SET certificate_idx = 8 WHERE idx = 7", "audit rows of leaf 7")]
    [InlineData("DELETE FROM inventory WHERE idx = 7", "audit rows of leaf 7")]
    public async Task Whatever_is_changed_is_found_where_it_is(string damage, string where)
    {
        await using var test = await FilledAsync();
        Assert.Empty((await test.FsckAsync()).Findings);
        test.Damage($"PRAGMA foreign_keys = OFF; {damage};");

        var report = await test.FsckAsync();
        Assert.Equal(1, report.ExitCode);
        Assert.Contains(where, report.Findings.Select(finding => finding.Where));
        Assert.True(report.Findings.Count <= 8, string.Join('\n', report.Findings));
    }

    [Fact]
    public async Task Every_flipped_bit_of_a_checkpoint_is_found()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(1);
        await test.StopAsync();
        await using var store = SqliteLedgerStore.OpenReadOnly(test.DatabasePath);
        var note = (await store.ReadHeadsAsync(default))[0].Checkpoint;
        for (var i = 0; i < note.Length; i++)
        {
            if (note[i] != '—')
            {
                var flipped = string.Concat(note.AsSpan(0, i), ((char)(note[i] ^ 1)).ToString(), note.AsSpan(i + 1));
                test.Damage($"UPDATE heads SET checkpoint = '{flipped.Replace("'", "''", StringComparison.Ordinal)}' WHERE log = 1");
                Assert.NotEmpty((await test.FsckAsync()).Findings);
            }
        }

        test.Damage($"UPDATE heads SET checkpoint = '{note}' WHERE log = 1");
        Assert.Empty((await test.FsckAsync()).Findings);
    }

    [Fact]
    public async Task Every_flipped_byte_of_a_leaf_is_found()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.Ledger.SubmitAsync(test.Issue(1));
        await test.StopAsync();
        for (var log = 2; log <= 3; log++)
        {
            await using var store = SqliteLedgerStore.OpenReadOnly(test.DatabasePath);
            var leaf = (await store.ReadLeavesAsync(new LogId(log), 0, 1, default))[0].Data.ToArray();
            for (var i = 0; i < leaf.Length; i++)
            {
                leaf[i] ^= 1;
                test.Damage($"UPDATE leaves SET data = x'{Convert.ToHexString(leaf)}' WHERE log = {log}");
                Assert.NotEmpty((await test.FsckAsync()).Findings);
                leaf[i] ^= 1;
            }

            test.Damage($"UPDATE leaves SET data = x'{Convert.ToHexString(leaf)}' WHERE log = {log}");
            Assert.Empty((await test.FsckAsync()).Findings);
        }
    }

    [Fact]
    public async Task A_damaged_page_of_the_database_is_found()
    {
        await using var test = await FilledAsync();
        var bytes = await File.ReadAllBytesAsync(test.DatabasePath);
        var found = 0;
        for (var page = 1; page < 8; page++)
        {
            var damaged = bytes.ToArray();
            damaged.AsSpan(page * 4096, 8).Fill(0x5A);
            await File.WriteAllBytesAsync(test.DatabasePath, damaged);
            found += (await test.FsckAsync()).ExitCode;
        }

        Assert.Equal(7, found);
    }

    [Fact]
    public async Task Fsck_works_beside_a_running_authority()
    {
        await using var test = await TestLedger.CreateAsync();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await test.AppendAsync(i);
                await test.Ledger.SubmitAsync(test.Issue(i));
            }
        });
        for (var i = 0; i < 20; i++)
        {
            Assert.Empty((await test.FsckAsync()).Findings);
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task A_missing_high_water_file_and_logs_that_are_not_configured_are_found()
    {
        await using var test = await FilledAsync();
        var logs = test.Logs;
        test.Logs = [logs[0], logs[1]];
        Assert.Contains((await test.FsckAsync()).Findings, finding => finding is { Where: "audit", What: "is stored and not configured." });
        test.Logs = logs;
        File.Delete(test.HighWaterPath);
        Assert.Equal("high-water file", Assert.Single((await test.FsckAsync()).Findings).Where);
    }

    private static async Task<TestLedger> FilledAsync()
    {
        var test = await TestLedger.CreateAsync();
        await test.AppendAsync(Enumerable.Range(0, 300).Select(i => (long)i));
        for (var i = 0; i < 20; i++)
        {
            await test.Ledger.SubmitAsync(test.Issue(i));
        }

        await test.StopAsync();
        return test;
    }
}

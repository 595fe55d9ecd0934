using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>The incremental check reads what came since, on top of the very tree that was verified.</summary>
public sealed class FsckSinceTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, 10)]
    [InlineData(10, 0)]
    [InlineData(255, 1)]
    [InlineData(256, 1)]
    [InlineData(257, 300)]
    [InlineData(300, 600)]
    public async Task Only_what_was_appended_is_read(int before, int after)
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(Enumerable.Range(0, before).Select(i => (long)i));
        var clean = await test.FsckAsync();
        await test.AppendAsync(Enumerable.Range(before, after).Select(i => (long)i));
        var report = await SinceAsync(test, clean.Verified);
        Assert.Empty(report.Findings);
        Assert.Equal((before + after, after), (report.Leaves, report.Read));
        Assert.Equal((await test.FsckAsync()).Verified, report.Verified);
    }

    [Theory]
    [InlineData("UPDATE leaves SET data = CAST(substr(data, 1, 200) || 'A' || substr(data, 202) AS BLOB) WHERE log = 1 AND idx = 310", "signatures leaf 310")]
    [InlineData("UPDATE entries SET digest = zeroblob(32) WHERE idx = 310", "signatures rows of leaf 310")]
    [InlineData("UPDATE tiles SET hashes = CAST(substr(hashes, 1, 100) || x'00' || substr(hashes, 102) AS BLOB) WHERE log = 1 AND idx = 1", "signatures tile 0/001")]
    [InlineData("UPDATE heads SET root = zeroblob(32) WHERE log = 1", "signatures root")]
    [InlineData("DELETE FROM leaves WHERE log = 1 AND idx = 310", "signatures leaf 310")]
    [InlineData("UPDATE leaves SET data = CAST(substr(data, 1, 200) || 'A' || substr(data, 202) AS BLOB) WHERE log = 1 AND idx = 299", "signatures last check")]
    [InlineData("UPDATE tiles SET hashes = CAST(substr(hashes, 1, 100) || x'00' || substr(hashes, 102) AS BLOB) WHERE log = 1 AND idx = 0", "signatures last check")]
    public async Task Damage_to_what_was_appended_or_to_the_edge_of_what_was_verified_is_found(string sql, string where)
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(Enumerable.Range(0, 300).Select(i => (long)i));
        var clean = await test.FsckAsync();
        await test.AppendAsync(Enumerable.Range(300, 300).Select(i => (long)i));
        await test.StopAsync();
        test.Damage(sql);
        Assert.Contains(where, (await SinceAsync(test, clean.Verified)).Findings.Select(finding => finding.Where));
    }

    [Fact]
    public async Task A_record_of_more_leaves_than_there_are_or_of_another_root_is_a_finding_and_one_of_another_log_is_not_used()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(Enumerable.Range(0, 30).Select(i => (long)i));
        var clean = (await test.FsckAsync()).Verified;
        IReadOnlyList<FsckMark> more = [.. clean.Select(mark => mark with { Size = mark.Size + 1 })];
        Assert.Equal(3, (await SinceAsync(test, more)).Findings.Count(finding => finding.What.Contains("old backup", StringComparison.Ordinal)));
        IReadOnlyList<FsckMark> other = [clean[0] with { Root = TestLedger.Digest(1) }];
        Assert.Equal("signatures last check", Assert.Single((await SinceAsync(test, other)).Findings).Where);
        var report = await SinceAsync(test, [clean[0] with { Origin = "other.example" }]);
        Assert.Empty(report.Findings);
        Assert.Equal(30, report.Read);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(299)]
    public async Task A_mark_within_what_was_verified_is_compared_as_well(int size)
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(Enumerable.Range(0, size).Select(i => (long)i));
        var marks = HighWaterFile.TryRead(test.HighWaterPath)!;
        await test.AppendAsync(Enumerable.Range(size, 300 - size + 1).Select(i => (long)i));
        var clean = (await test.FsckAsync()).Verified;
        await test.StopAsync();
        HighWaterFile.Replace(test.HighWaterPath, marks);
        Assert.Empty((await SinceAsync(test, clean)).Findings);
        HighWaterFile.Replace(test.HighWaterPath, [.. marks.Select(mark => mark.Log == LogId.Signatures ? mark with { Root = TestLedger.Digest(1) } : mark)]);
        var finding = Assert.Single((await SinceAsync(test, clean)).Findings);
        Assert.Equal(("signatures high-water file", $"other leaves were published at size {size}."), (finding.Where, finding.What));
    }

    [Fact]
    public async Task It_works_beside_a_running_authority()
    {
        await using var test = await TestLedger.CreateAsync();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                await test.AppendAsync(i);
            }
        });
        IReadOnlyList<FsckMark> marks = [];
        for (var i = 0; i < 20; i++)
        {
            var report = await SinceAsync(test, marks);
            Assert.Empty(report.Findings);
            marks = report.Verified;
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task Progress_is_told_and_ends_with_everything()
    {
        await using var test = await TestLedger.CreateAsync();
        await test.AppendAsync(Enumerable.Range(0, 600).Select(i => (long)i));
        var told = new Told();
        _ = await SinceAsync(test, [], told);
        Assert.Equal([(256, 600), (512, 600), (600, 600)], told.Seen);
    }

    [Fact]
    public void A_record_is_read_back_and_any_damage_to_it_makes_it_none()
    {
        using var files = new TemporaryDirectory();
        var path = files.File("record");
        Assert.Null(FsckRecord.TryRead(path));
        IReadOnlyList<FsckMark> marks = [new("log.example", 7, TestLedger.Digest(1)), new("log.example/ct", 0, TestLedger.Digest(2))];
        FsckRecord.Write(path, marks);
        Assert.Equal(marks, FsckRecord.TryRead(path));
        var bytes = File.ReadAllBytes(path);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            File.WriteAllBytes(path, bytes);
            Assert.Null(FsckRecord.TryRead(path));
            File.WriteAllBytes(path, bytes[..i]);
            Assert.Null(FsckRecord.TryRead(path));
            bytes[i] ^= 1;
        }
    }

    private static async Task<FsckReport> SinceAsync(TestLedger test, IReadOnlyList<FsckMark> since, IProgress<FsckProgress>? progress = null)
    {
        await using var store = SqliteLedgerStore.OpenReadOnly(test.DatabasePath);
        return await Fsck.RunAsync(store, [.. test.Logs.Select(log => log with { PrivateKey = null })], test.HighWaterPath, since, progress, default);
    }

    private sealed class Told : IProgress<FsckProgress>
    {
        public List<(int, int)> Seen { get; } = [];

        public void Report(FsckProgress value) => Seen.Add(((int)value.Leaves, (int)value.Of));
    }
}

using System.Net;
using System.Security.Cryptography;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>A signature log is started beside the old one, the old one is frozen, and nothing that was proven is lost; with real servers on two names of loopback.</summary>
public sealed class ShardSetupTests : IAsyncLifetime
{
    private const string Entries = "/api/v2/log/entries";
    private const string Frozen = "This log has been frozen, please switch to the latest log.";

    private AuthorityInProcess _authority = null!;

    public async ValueTask InitializeAsync() => _authority = await AuthorityInProcess.StartAsync();

    public ValueTask DisposeAsync() => _authority.DisposeAsync();

    [Fact]
    public async Task A_new_log_is_trusted_at_once_and_used_when_the_old_one_is_frozen()
    {
        var before = await _authority.SignAsync(_authority.Client);
        await _authority.AddShardAsync();
        Assert.Equal([_authority.Url, _authority.OtherUrl], _authority.Root().Logs.Select(log => log.BaseUrl));
        Assert.All(_authority.Root().Logs, log => Assert.Null(log.ValidFor.End));
        Assert.Equal(_authority.Url, Assert.Single(_authority.Config().Logs).Url);
        var between = await _authority.SignAsync(_authority.Client);
        var early = await _authority.SignAsync(_authority.OtherClient);

        await _authority.FreezeFirstAsync();
        Assert.Equal([_authority.OtherUrl, _authority.Url], _authority.Config().Logs.Select(log => log.Url));
        Assert.Equal(_authority.OtherUrl, _authority.LogToUse());
        Assert.Equal(2, _authority.Root().Logs.Count());
        var after = await _authority.SignAsync(_authority.OtherClient);
        Assert.All([before, between, early, after], _authority.Verify);
        Assert.Equal([0L, 1L, 0L, 1L], new[] { before, between, early, after }.Select(bundle => bundle.LogEntries[0].LogIndex));
        await _authority.AssertCleanAsync();
    }

    [Fact]
    public async Task A_frozen_log_answers_405_in_the_words_that_clients_know_and_is_read_as_before()
    {
        await _authority.SignAsync(_authority.Client);
        var checkpoint = await _authority.Client.GetStringAsync("/api/v2/checkpoint", TestContext.Current.CancellationToken);
        await _authority.AddShardAsync();
        await _authority.FreezeFirstAsync();

        using var signer = new TestSigner(_authority.Client);
        var artifact = "artifact"u8.ToArray();
        var certificate = await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(_authority.Issuer));
        var answer = await signer.PostAsync(Entries, TestSigner.Record(SHA256.HashData(artifact), signer.Sign(artifact), certificate));
        var problem = await answer.ProblemAsync(HttpStatusCode.MethodNotAllowed, "LOG_FROZEN");
        Assert.Equal(Frozen, (string)problem["title"]!);

        // A 405 says which methods are left (RFC 9110, section 15.5.6): none.
        Assert.Equal("", answer.Content.Headers.NonValidated["Allow"].ToString());

        // Whatever is sent: nothing of it is read.
        using var nothing = new StringContent("");
        await (await _authority.Client.PostAsync(Entries, nothing, TestContext.Current.CancellationToken)).ProblemAsync(HttpStatusCode.MethodNotAllowed, "LOG_FROZEN");
        Assert.Equal(checkpoint, await _authority.Client.GetStringAsync("/api/v2/checkpoint", TestContext.Current.CancellationToken));
        var tile = await _authority.Client.GetByteArrayAsync("/api/v2/tile/entries/000.p/1", TestContext.Current.CancellationToken);
        Assert.NotEmpty(tile);
    }

    [Fact]
    public async Task The_private_key_of_a_frozen_log_may_be_destroyed()
    {
        var before = await _authority.SignAsync(_authority.Client);
        await _authority.AddShardAsync();
        await _authority.FreezeFirstAsync();
        await _authority.StopAsync();
        File.Delete(Path.Combine(_authority.Paths.Keys, "log-signatures.pem"));
        await _authority.StartAgainAsync();
        _authority.Verify(await _authority.SignAsync(_authority.OtherClient));
        _authority.Verify(before);
        await _authority.AssertCleanAsync();
    }

    [Fact]
    public async Task A_frozen_log_keeps_the_start_of_its_time_and_ends_a_certificates_life_after_the_freeze()
    {
        var start = Assert.Single(_authority.Root().Logs).ValidFor;
        await _authority.AddShardAsync();
        await _authority.FreezeFirstAsync();
        var frozen = _authority.Host.Material.Logs.Records[0].Frozen!.Value;
        var validFor = _authority.Root().Logs.First().ValidFor;
        Assert.Equal(start.Start, validFor.Start);
        Assert.Equal(frozen + TimeSpan.FromMinutes(10), validFor.End);
        Assert.InRange(frozen, start.Start, TimeProvider.System.GetUtcNow());
        Assert.Null(_authority.Root().Logs.Last().ValidFor.End);
        Assert.Null(Assert.Single(_authority.Root().CertificateLogs).ValidFor.End);
    }

    [Fact]
    public async Task Beside_a_running_authority_no_log_is_started_or_frozen()
    {
        await Assert.ThrowsAsync<StoreRefusedException>(() => ShardSetup.AddAsync(_authority.Directory, _authority.OtherUrl, false, TimeProvider.System));
        await _authority.AddShardAsync();
        await Assert.ThrowsAsync<StoreRefusedException>(() => ShardSetup.FreezeAsync(_authority.Directory, "127.0.0.1", TimeProvider.System));
        Assert.Equal(4, _authority.Host.Material.Logs.Records.Count);
    }

    [Fact]
    public async Task The_last_open_log_is_not_frozen_nor_one_that_is_frozen_or_unknown()
    {
        await _authority.StopAsync();
        await AssertRefusedAsync(() => ShardSetup.FreezeAsync(_authority.Directory, "127.0.0.1", TimeProvider.System), "the only open log");
        await ShardSetup.AddAsync(_authority.Directory, _authority.OtherUrl, false, TimeProvider.System);
        await AssertRefusedAsync(() => ShardSetup.FreezeAsync(_authority.Directory, "other.example", TimeProvider.System), "No open signature log is called other.example");
        await ShardSetup.FreezeAsync(_authority.Directory, "127.0.0.1", TimeProvider.System);
        await AssertRefusedAsync(() => ShardSetup.FreezeAsync(_authority.Directory, "127.0.0.1", TimeProvider.System), "No open signature log is called 127.0.0.1");
        await AssertRefusedAsync(() => ShardSetup.FreezeAsync(_authority.Directory, "localhost", TimeProvider.System), "the only open log");
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "has a log already")]
    [InlineData("https://127.0.0.1", "has a log already")]
    [InlineData("http://log.example", "must be https")]
    [InlineData("https://log.example/", "in normal form")]
    [InlineData("https://log.example/log2", "in normal form")]
    public async Task A_new_log_has_a_sound_URL_with_a_host_name_that_no_log_had(string url, string reason)
    {
        await _authority.StopAsync();
        await AssertRefusedAsync(() => ShardSetup.AddAsync(_authority.Directory, url, false, TimeProvider.System), reason);
        Assert.False(File.Exists(_authority.Paths.Logs));
        await _authority.StartAgainAsync();
    }

    [Fact]
    public async Task A_start_that_was_cut_short_after_its_key_was_never_begun()
    {
        await _authority.StopAsync();
        var (database, marks) = (await File.ReadAllBytesAsync(_authority.Paths.Database), await File.ReadAllBytesAsync(_authority.Paths.HighWater));
        await ShardSetup.AddAsync(_authority.Directory, _authority.OtherUrl, false, TimeProvider.System);
        File.Delete(_authority.Paths.Logs);
        await File.WriteAllBytesAsync(_authority.Paths.Database, database);
        await File.WriteAllBytesAsync(_authority.Paths.HighWater, marks);
        await _authority.StartAgainAsync();
        _authority.Verify(await _authority.SignAsync(_authority.Client));

        // Nobody knows what its key has signed, so it is kept and not used again.
        var key = Path.Combine(_authority.Paths.Keys, "log-signatures-4.pem");
        var orphan = await File.ReadAllTextAsync(key);
        await _authority.AddShardAsync();
        Assert.NotEqual(orphan, await File.ReadAllTextAsync(key));
        Assert.Equal(orphan, await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(_authority.Paths.Keys, "*.unused"))));
        _authority.Verify(await _authority.SignAsync(_authority.OtherClient));
        await _authority.AssertCleanAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_start_that_was_cut_short_before_its_end_is_finished_by_the_same_command(bool beforeTheMark)
    {
        await _authority.StopAsync();
        var marks = await File.ReadAllBytesAsync(_authority.Paths.HighWater);
        await ShardSetup.AddAsync(_authority.Directory, _authority.OtherUrl, false, TimeProvider.System);
        File.Delete(_authority.Paths.Logs);
        if (beforeTheMark)
        {
            await File.WriteAllBytesAsync(_authority.Paths.HighWater, marks);
        }

        var refusal = await Assert.ThrowsAsync<LedgerRefusedException>(_authority.StartAgainAsync);
        Assert.Contains("'signing-authority shard add' was cut short, run it again", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<LedgerRefusedException>(() => ShardSetup.AddAsync(_authority.Directory, "https://other.example", false, TimeProvider.System));
        await ShardSetup.AddAsync(_authority.Directory, _authority.OtherUrl, false, TimeProvider.System);
        await _authority.StartAgainAsync();
        _authority.Verify(await _authority.SignAsync(_authority.OtherClient));
        await _authority.AssertCleanAsync();
    }

    [Fact]
    public async Task A_third_log_follows_the_second()
    {
        await _authority.AddShardAsync();
        await _authority.FreezeFirstAsync();
        await _authority.StopAsync();
        var third = await ShardSetup.AddAsync(_authority.Directory, "https://log3.example", false, TimeProvider.System);
        await ShardSetup.FreezeAsync(_authority.Directory, "localhost", TimeProvider.System);
        await _authority.StartAgainAsync();
        Assert.Equal((5, "https://log3.example"), (third.Number, _authority.LogToUse()));
        Assert.Equal(["https://log3.example", _authority.OtherUrl, _authority.Url], _authority.Config().Logs.Select(log => log.Url));
        Assert.Equal([false, true, true], _authority.Config().Logs.Select(log => log.ValidFor.End is not null));
        Assert.Equal(3, _authority.Root().Logs.Count());
        await _authority.AssertCleanAsync();
    }

    [Fact]
    public async Task As_many_logs_as_the_high_water_file_holds_work_and_one_more_is_refused()
    {
        await _authority.StopAsync();
        for (var number = 4; number <= HighWaterFile.MostLogs; number++)
        {
            var added = await ShardSetup.AddAsync(_authority.Directory, $"https://log{number}.example", false, TimeProvider.System);
            Assert.Equal(number, added.Number);
        }

        await AssertRefusedAsync(() => ShardSetup.AddAsync(_authority.Directory, "https://one-more.example", false, TimeProvider.System), "at most in its life");
        await _authority.StartAgainAsync();
        _authority.Verify(await _authority.SignAsync(_authority.Client));
        Assert.Equal(HighWaterFile.MostLogs - 2, _authority.Root().Logs.Count());
        await _authority.AssertCleanAsync();
    }

    private static async Task AssertRefusedAsync(Func<Task> action, string reason)
    {
        var refusal = await Assert.ThrowsAsync<ConfigurationRefusedException>(action);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }
}

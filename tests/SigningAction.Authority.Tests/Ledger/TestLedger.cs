using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Transparency;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Ledger;

/// <summary>A real ledger on a real database in a directory of its own, which a test can stop, damage, copy and start again.</summary>
internal sealed class TestLedger : IAsyncDisposable
{
    public const string Host = "log.example";

    private readonly TemporaryDirectory _directory = new();
    private AuthorityLedger? _ledger;
    private FaultyStore? _store;

    private TestLedger(IReadOnlyList<LogDefinition>? logs)
    {
        Keys = [.. Enumerable.Range(0, 3).Select(_ => ECDsa.Create(ECCurve.NamedCurves.nistP256))];
        Logs = logs ??
        [
            LogDefinition.Signatures(Host, Keys[0]),
            LogDefinition.Certificates(Host, Keys[1]) with { Format = new NumberedLeaves() },
            LogDefinition.Audit(Host, Keys[2]),
        ];
    }

    public IReadOnlyList<ECDsa> Keys { get; }

    public IReadOnlyList<LogDefinition> Logs { get; set; }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));

    public string DatabasePath => _directory.File("ledger.db");

    public string HighWaterPath => _directory.File("high-water");

    public AuthorityLedger Ledger => _ledger!;

    public FaultyStore Store => _store!;

    public static async Task<TestLedger> CreateAsync(IReadOnlyList<LogDefinition>? logs = null)
    {
        var test = new TestLedger(logs);
        await using (var store = SqliteLedgerStore.Create(test.DatabasePath))
        {
            await AuthorityLedger.CreateAsync(store, test.HighWaterPath, test.Logs, test.Time);
        }

        await test.StartAsync();
        return test;
    }

    /// <summary>One log of leaves of any bytes.</summary>
    public static Task<TestLedger> CreatePlainAsync()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return CreateAsync([new LogDefinition(LogId.Signatures, NoteKey.ForLog(Host, VerificationKey.Of(key)), new PlainLeaves(), true, key)]);
    }

    public async Task StartAsync()
    {
        _store = new FaultyStore(SqliteLedgerStore.Open(DatabasePath));
        try
        {
            _ledger = await AuthorityLedger.OpenAsync(_store, HighWaterPath, Logs, Time, NullLogger<AuthorityLedger>.Instance);
        }
        catch
        {
            await _store.DisposeAsync();
            _store = null;
            throw;
        }
    }

    public async Task StopAsync()
    {
        if (_ledger is not null)
        {
            await _ledger.DisposeAsync();
        }

        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        (_ledger, _store) = (null, null);
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    public async Task<FsckReport> FsckAsync()
    {
        await using var store = SqliteLedgerStore.OpenReadOnly(DatabasePath);
        return await Fsck.RunAsync(store, [.. Logs.Select(log => log with { PrivateKey = null })], HighWaterPath);
    }

    /// <summary>Changes the stopped database behind everybody's back.</summary>
    public void Damage(string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.True(command.ExecuteNonQuery() > 0, "The damage must hit something.");
    }

    public void CopyTo(string path)
    {
        Directory.CreateDirectory(path);
        File.Copy(DatabasePath, Path.Combine(path, "ledger.db"), overwrite: true);
    }

    public string Beside(string name) => _directory.File(name);

    public async Task<LogProof> AppendAsync(long number)
    {
        var leaf = await Ledger.AppendAsync(LogId.Signatures, Entry(number));
        return await leaf.ProveAsync();
    }

    public Task<LogProof[]> AppendAsync(IEnumerable<long> numbers) => Task.WhenAll(numbers.Select(AppendAsync));

    /// <summary>Small leaves in the plain log, as fast as the queue takes them.</summary>
    public async Task GrowAsync(long from, long to)
    {
        for (var first = from; first < to; first += 4096)
        {
            var last = Math.Min(to, first + 4096);
            await Task.WhenAll(Enumerable.Range(0, (int)(last - first)).Select(i => Ledger.AppendAsync(LogId.Signatures, Plain(first + i))));
        }
    }

    /// <summary>Waits for what happens on the sequencer's thread, moving the clock on.</summary>
    public Task UntilAsync(Func<bool> condition, TimeSpan step = default) => Eventually.TrueAsync(
        () =>
        {
            if (condition())
            {
                return true;
            }

            Time.Advance(step);
            return false;
        },
        () => $"Waited in vain; the ledger is {Ledger.State}.");

    public Task UntilReadyAsync() => UntilAsync(() => Ledger.State.Condition == LedgerCondition.Ready, TimeSpan.FromSeconds(5));

    public static byte[] Plain(long number) => Encoding.ASCII.GetBytes($"leaf {number}");

    /// <summary>A canonical entry, different for each number.</summary>
    public static byte[] Entry(long number) => new HashedRekordEntry(
        Digest(number).ToArray(), BitConverter.GetBytes(number), "key"u8.ToArray(), isCertificate: false, "PKIX_ECDSA_P256_SHA_256").CanonicalBody();

    public static Sha256Digest Digest(long number) => Sha256Digest.Of(BitConverter.GetBytes(number));

    public AuditEvent Event(string correlation, AuditCertificate? certificate = null) => new()
    {
        Time = Time.GetUtcNow(),
        Kind = "exchange",
        Decision = certificate is null ? AuditDecision.Refused : AuditDecision.Allowed,
        Reason = certificate is null ? "NO_RULE" : null,
        CorrelationId = correlation,
        Identity = new PipelineIdentity { Issuer = "https://issuer.example", Subject = "repo:o/r", SignerUri = "https://github.com/o/r/.github/workflows/w.yml@refs/heads/main", RepositoryId = "7", Environment = "prodüktion" },
        Certificate = certificate,
    };

    /// <summary>The shape of an issuance: a leaf in the certificate log and the audit leaf that names it.</summary>
    public LedgerWork<long> Issue(long payload, Action<LeafSlots>? check = null) => new([LogId.Certificates, LogId.Audit], slots =>
    {
        check?.Invoke(slots);
        var index = slots.IndexIn(LogId.Certificates);
        var leaf = NumberedLeaves.Leaf(index, payload);
        var certificate = new AuditCertificate($"{payload:x40}", Sha256Digest.Of(leaf).ToString(), index, slots.Time, slots.Time.AddMinutes(10));
        return new LedgerDraft<long>(index, [leaf, Event($"c{payload}", certificate).ToLeaf()]);
    });

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _directory.Dispose();
        foreach (var key in Keys)
        {
            key.Dispose();
        }
    }
}

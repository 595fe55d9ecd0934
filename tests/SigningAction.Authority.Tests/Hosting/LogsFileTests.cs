using System.Security.Cryptography;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>The list of logs is read strictly: a log that is left out or opened again by a slip would be a log with two histories.</summary>
public sealed class LogsFileTests : IDisposable
{
    private const string Url = "https://signing.example.com";

    private readonly TemporaryDirectory _directory = new();
    private readonly byte[] _key;

    public LogsFileTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _key = key.ExportSubjectPublicKeyInfo();
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_written_is_read()
    {
        var logs = Logs();
        LogsFile.Write(File, Url, logs);
        var read = LogsFile.Read(File, Url)!;
        Assert.Equal(logs.Select(log => log with { PublicKey = [] }), read.Select(log => log with { PublicKey = [] }), Same);
        Assert.All(read, log => Assert.Equal(_key, log.PublicKey));
    }

    [Fact]
    public void Without_a_file_there_is_no_list() => Assert.Null(LogsFile.Read(File, Url));

    [Theory]
    [InlineData("\"number\": 4", "\"number\": 5", "not numbered")]
    [InlineData("\"kind\": \"Audit\"", "\"kind\": \"Signatures\"", "not numbered")]
    [InlineData("https://signing.example.com", "https://other.example.com", "not under the authority's URL")]
    [InlineData("https://log2.example.com", "https://signing.example.com", "share a host name")]
    [InlineData("https://log2.example.com", "https://SIGNING.example.com", "has a URL that")]
    [InlineData("\"frozen\": \"2026-06-01T00:00:00+00:00\"", "\"frozen\": \"2025-06-01T00:00:00+00:00\"", "frozen before it began")]
    [InlineData("\"url\": \"https://log2.example.com\"", "\"url\": \"https://log2.example.com\", \"lacksTail\": true", "lacks leaves and is open")]
    [InlineData("\"url\": \"https://log2.example.com\"", "\"url\": \"https://log2.example.com\", \"frozen\": \"2027-01-01T00:00:00+00:00\"", "there must be an open signature log")]
    [InlineData("\"frozen\"", "\"thawed\"", "not a list of logs")]
    [InlineData("\"number\": 4", "\"number\": 4, \"number\": 4", "not a list of logs")]
    [InlineData("\"kind\": \"Audit\",", "", "not a list of logs")]
    [InlineData("\"publicKey\": \"MFk", "\"publicKey\": \"MFa", "public key that is refused")]
    public void A_list_that_was_changed_by_a_slip_is_refused(string from, string to, string reason)
    {
        LogsFile.Write(File, Url, Logs());
        var text = System.IO.File.ReadAllText(File);
        Assert.Contains(from, text, StringComparison.Ordinal);
        System.IO.File.WriteAllText(File, text.Replace(from, to, StringComparison.Ordinal));
        var refusal = Assert.Throws<ConfigurationRefusedException>(() => LogsFile.Read(File, Url));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_list_is_never_written()
    {
        Assert.Throws<ConfigurationRefusedException>(() => LogsFile.Write(File, Url, [.. Logs().Take(2)]));
        Assert.Throws<ConfigurationRefusedException>(() => LogsFile.Write(File, Url, [.. Logs().Select(log => log with { Frozen = log.Start })]));
        Assert.False(System.IO.File.Exists(File));
    }

    private string File => _directory.File("logs.json");

    private List<LogRecord> Logs()
    {
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var log = new LogRecord { Number = 1, Kind = LogKind.Signatures, Url = Url, Start = start, PublicKey = _key };
        return
        [
            log with { Frozen = start.AddMonths(5) },
            log with { Number = 2, Kind = LogKind.Certificates },
            log with { Number = 3, Kind = LogKind.Audit },
            log with { Number = 4, Url = "https://log2.example.com" },
        ];
    }

    private static bool Same(LogRecord one, LogRecord other) => one with { PublicKey = other.PublicKey } == other;
}

using System.Security.Cryptography;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Trust;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Trust;

namespace SigningAction.Authority.Hosting;

/// <summary>The logs of an authority with the keys of those that are open. The key of a frozen log is not read: it may be destroyed, and better is.</summary>
public sealed class AuthorityLogs : IDisposable
{
    /// <summary>
    /// How long after the freeze a frozen log is vouched for: an entry that was made just before it belongs to a certificate with which somebody may still be
    /// waiting for his timestamp, and clients judge the log by that time. Nothing can be appended in it.
    /// </summary>
    public static readonly TimeSpan Grace = Issuance.CertificateIssuer.Lifetime;

    private readonly Dictionary<int, ECDsa> _keys = [];

    private AuthorityLogs(KeyDirectory directory, Func<Dictionary<int, ECDsa>, IReadOnlyList<LogRecord>> read)
    {
        try
        {
            Records = read(_keys);
            foreach (var log in Records.Where(log => log.IsOpen && !_keys.ContainsKey(log.Number)))
            {
                _keys.Add(log.Number, Load(directory, log));
            }

            Definitions = [.. Records.Select(Define)];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>All that ever were, in the order of their numbers.</summary>
    public IReadOnlyList<LogRecord> Records { get; }

    /// <summary>The same for the ledger.</summary>
    public IReadOnlyList<LogDefinition> Definitions { get; }

    /// <summary>Signs what the certificate log promises.</summary>
    public ECDsa CertificateLogKey => _keys[Records.Single(log => log is { Kind: LogKind.Certificates, IsOpen: true }).Number];

    /// <summary>Opens the logs.</summary>
    /// <param name="path">The list of logs; when it is missing there are those of <c>init</c>.</param>
    /// <param name="url">The authority's URL.</param>
    /// <param name="start">When the authority began.</param>
    /// <param name="keys">The keys.</param>
    /// <exception cref="ConfigurationRefusedException">The list is wrong, or a key is not the one of its log.</exception>
    /// <exception cref="KeyRefusedException">The key of an open log is missing or not safe.</exception>
    public static AuthorityLogs Open(string path, string url, DateTimeOffset start, KeyDirectory keys) =>
        new(keys, loaded => LogsFile.Read(path, url) ?? First(url, start, keys, loaded));

    /// <summary>What a record is to the ledger.</summary>
    /// <param name="record">The log.</param>
    /// <param name="key">Its private key; null where it is only read.</param>
    public static LogDefinition Define(LogRecord record, ECDsa? key) =>
        LogDefinition.Of(record.Kind, record.Id, record.Host, record.ReadKey(), record.IsOpen ? key : null) with { LacksTail = record.LacksTail };

    /// <summary>The logs of one kind for trust files.</summary>
    public IReadOnlyList<TrustedLog> Trusted(LogKind kind) =>
    [
        .. Records.Where(log => log.Kind == kind)
            .Select(log => new TrustedLog(log.Url, log.ReadKey(), new Validity(log.Start, log.Frozen + Grace), log.Frozen)),
    ];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
        {
            key.Dispose();
        }
    }

    /// <summary>The logs of <c>init</c>: their public keys are those of the key files.</summary>
    private static List<LogRecord> First(string url, DateTimeOffset start, KeyDirectory keys, Dictionary<int, ECDsa> loaded)
    {
        var records = new List<LogRecord>();
        foreach (var kind in (LogKind[])[LogKind.Signatures, LogKind.Certificates, LogKind.Audit])
        {
            var number = records.Count + 1;
            var key = keys.Load(LogRecord.KeyOf(kind));
            loaded.Add(number, key);
            records.Add(new LogRecord { Number = number, Kind = kind, Url = url, Start = start, PublicKey = key.ExportSubjectPublicKeyInfo() });
        }

        return records;
    }

    private static ECDsa Load(KeyDirectory directory, LogRecord log)
    {
        var key = directory.Load(log.KeyFile.Key, log.KeyFile.Log);
        if (VerificationKey.Of(key).Equals(log.ReadKey()))
        {
            return key;
        }

        key.Dispose();
        throw new ConfigurationRefusedException(
            $"{directory.PathOf(log.KeyFile.Key, log.KeyFile.Log)} is not the key of log {log.Number} ({log.Host}). Restore keys and list of logs from the same backup.");
    }

    private LogDefinition Define(LogRecord record) => Define(record, _keys.GetValueOrDefault(record.Number));
}

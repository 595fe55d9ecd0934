using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust;

/// <summary>
/// What a verifier trusts: authorities, logs and timestamp authorities, each for its time. Reads all three media types. Instances whose key is of a
/// kind that is not accepted are left out (<see cref="LeftOut"/>): trusting less can only refuse.
/// </summary>
public sealed class TrustedRoot
{
    /// <summary>
    /// The media type that is written: v0.1 in its old spelling, the only one that cosign 3.1.1 takes, and the one of the public-good file.
    /// (sigstore-js takes the checkpoint key id of v0.2 for the log id.)
    /// </summary>
    public const string MediaType = "application/vnd.dev.sigstore.trustedroot+json;version=0.1";

    internal static readonly TrustJsonContext ReadableJson = new(new JsonSerializerOptions(TrustJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    private readonly TrustedRootJson _json;
    private readonly List<string> _leftOut = [];
    private readonly Dictionary<Sha256Digest, List<TransparencyLog>> _logs;
    private readonly Dictionary<Sha256Digest, List<TransparencyLog>> _certificateLogs;

    private TrustedRoot(TrustedRootJson json)
    {
        if (json.MediaType is not (MediaType
            or "application/vnd.dev.sigstore.trustedroot.v0.1+json"
            or "application/vnd.dev.sigstore.trustedroot.v0.2+json"))
        {
            throw Malformed("its media type is not one of v0.1 and v0.2");
        }

        _json = json;
        try
        {
            CertificateAuthorities = [.. Capped(json.CertificateAuthorities).Select(ReadAuthority)];
            TimestampAuthorities = [.. Capped(json.TimestampAuthorities).Select(ReadTimestampAuthority)];
        }
        catch (EvidenceException e) when (e.Code != FailureCode.TrustedRootMalformed)
        {
            throw new EvidenceException(FailureCode.TrustedRootMalformed, $"The trusted root is refused: {e.Failure.Fault}", e);
        }

        _logs = ReadLogs(json.Tlogs, "tlog");
        _certificateLogs = ReadLogs(json.Ctlogs, "ctlog");
    }

    /// <summary>Authorities whose certificates sign.</summary>
    public IReadOnlyList<CertificateAuthority> CertificateAuthorities { get; }

    /// <summary>Authorities that say when.</summary>
    public IReadOnlyList<TimestampAuthority> TimestampAuthorities { get; }

    /// <summary>Logs of signatures.</summary>
    public IEnumerable<TransparencyLog> Logs => _logs.Values.SelectMany(log => log);

    /// <summary>Logs of certificates.</summary>
    public IEnumerable<TransparencyLog> CertificateLogs => _certificateLogs.Values.SelectMany(log => log);

    /// <summary>Instances that are not used, and why; one sentence each.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>Reads a trusted root.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TrustedRootMalformed"/> or <see cref="FailureCode.TooLarge"/>.</exception>
    public static TrustedRoot Parse(ReadOnlySpan<byte> utf8) =>
        new(Deserialize(utf8, TrustJsonContext.Default.TrustedRootJson, FailureCode.TrustedRootMalformed, "trusted root"));

    /// <summary>Reads one trusted root, or several as JSON Lines (the form of <c>gh attestation trusted-root</c>); they stay apart, each with its own instance.</summary>
    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.TrustedRootMalformed"/>, also when two of them list different keys under one log id; <see cref="FailureCode.TooLarge"/>
    /// or <see cref="FailureCode.TooMany"/>.
    /// </exception>
    public static IReadOnlyList<TrustedRoot> ParseAll(ReadOnlySpan<byte> utf8)
    {
        var roots = new List<TrustedRoot>();
        foreach (var line in SplitValues(utf8))
        {
            if (roots.Count == Limits.TrustedRoots)
            {
                throw new EvidenceException(FailureCode.TooMany, $"The file has more than {Limits.TrustedRoots} trusted roots.");
            }

            roots.Add(Parse(utf8[line]));
        }

        RequireOneKeyAnId(roots.SelectMany(root => root.Logs), "tlog");
        RequireOneKeyAnId(roots.SelectMany(root => root.CertificateLogs), "ctlog");
        return roots.Count > 0 ? roots : throw Malformed("the file is empty");
    }

    /// <summary>Whether one of the authorities has the name of a certificate's issuer. No proof, only the question which root to ask.</summary>
    public bool MayHaveIssued(Certificate certificate) =>
        CertificateAuthorities.Any(authority => authority.Chain.Certificates.Any(issuer => issuer.Subject.Equals(certificate.Issuer)));

    /// <summary>What is listed of the log of signatures with this id: once for each of its times, empty where it is unknown.</summary>
    public IReadOnlyList<TransparencyLog> LogsOf(Sha256Digest id) => _logs.GetValueOrDefault(id) ?? [];

    /// <summary>What is listed of the log of certificates with this id: once for each of its times, empty where it is unknown.</summary>
    public IReadOnlyList<TransparencyLog> CertificateLogsOf(Sha256Digest id) => _certificateLogs.GetValueOrDefault(id) ?? [];

    /// <summary>The root as indented JSON, UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(_json, ReadableJson.TrustedRootJson);

    internal static TrustedRoot FromJson(TrustedRootJson json) => new(json);

    internal TrustedRootJson Json => _json;

    internal static T Deserialize<T>(ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type, FailureCode code, string what)
        where T : class
    {
        if (utf8.Length > Limits.TrustedRootBytes)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"The {what} has {utf8.Length} bytes, {Limits.TrustedRootBytes} is the most.");
        }

        try
        {
            return JsonSerializer.Deserialize(utf8, type) ?? throw new EvidenceException(code, $"The {what} is null.");
        }
        catch (JsonException e)
        {
            throw new EvidenceException(code, $"The {what} is not valid JSON of its form (line {e.LineNumber + 1 ?? 0}, byte {e.BytePositionInLine + 1 ?? 0}){JsonFault.Hint(utf8, e)}.", e);
        }
        catch (InvalidOperationException e)
        {
            throw new EvidenceException(code, $"The {what} has text that is not Unicode.", e);
        }
    }

    /// <summary>Where each JSON value lies. What is no JSON ends there and is refused by the parser of roots, which says where.</summary>
    private static List<Range> SplitValues(ReadOnlySpan<byte> utf8)
    {
        var values = new List<Range>();
        var begin = 0;
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = Limits.JsonDepth, AllowMultipleValues = true });
            while (reader.Read())
            {
                reader.Skip();
                values.Add(begin..(int)reader.BytesConsumed);
                begin = (int)reader.BytesConsumed;
                if (values.Count > Limits.TrustedRoots)
                {
                    break;
                }
            }
        }
        catch (JsonException)
        {
            values.Add(begin..);
        }

        return values;
    }

    private static void RequireOneKeyAnId(IEnumerable<TransparencyLog> logs, string kind)
    {
        if (logs.GroupBy(log => log.LogId).Any(same => same.Select(log => log.Key).Distinct().Skip(1).Any()))
        {
            throw Malformed($"two keys share one {kind} id");
        }
    }

    private static CertificateAuthority ReadAuthority(AuthorityJson json) =>
        new(json.Uri ?? string.Empty, CertificateChain.Parse(ReadCertificates(json)), Validity.Read(json.ValidFor, FailureCode.TrustedRootMalformed, "A certificate authority"));

    private static TimestampAuthority ReadTimestampAuthority(AuthorityJson json) => TimestampAuthority.Parse(
        ReadCertificates(json), Validity.Read(json.ValidFor, FailureCode.TrustedRootMalformed, "A timestamp authority"),
        string.IsNullOrEmpty(json.Operator) ? null : json.Operator);

    private static ReadOnlyMemory<byte>[] ReadCertificates(AuthorityJson json) =>
        [.. Capped(json.CertChain?.Certificates).Select(c => new ReadOnlyMemory<byte>(c.RawBytes ?? throw Malformed("a certificate is empty")))];

    private Dictionary<Sha256Digest, List<TransparencyLog>> ReadLogs(IReadOnlyList<LogInstanceJson>? list, string kind)
    {
        var logs = new Dictionary<Sha256Digest, List<TransparencyLog>>();
        foreach (var json in Capped(list))
        {
            if (ReadLog(json, kind) is not { } log)
            {
                continue;
            }

            // The same log may be listed again, for another time; another key under its id would be two answers to one question.
            if (!logs.TryAdd(log.LogId, [log]))
            {
                if (!logs[log.LogId][0].Key.Equals(log.Key))
                {
                    throw Malformed($"two keys share one {kind} id");
                }

                logs[log.LogId].Add(log);
            }
        }

        return logs;
    }

    private TransparencyLog? ReadLog(LogInstanceJson json, string kind)
    {
        var validFor = Validity.Read(json.PublicKey?.ValidFor, FailureCode.TrustedRootMalformed, $"A {kind}");
        if (!Uri.TryCreate(json.BaseUrl, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.Host.Length == 0)
        {
            throw Malformed($"a {kind} has no absolute base URL");
        }

        if (json.LogId?.KeyId is not { Length: Sha256Digest.Size } id)
        {
            throw Malformed($"a {kind} has no log id of {Sha256Digest.Size} bytes");
        }

        try
        {
            return new TransparencyLog(url, VerificationKey.Parse(json.PublicKey!.RawBytes, json.PublicKey.KeyDetails), Sha256Digest.From(id), validFor, json.Operator);
        }
        catch (EvidenceException e) when (e.Code == FailureCode.KeyUnsupported)
        {
            _leftOut.Add($"{kind} {PrintableText.Exact(url.OriginalString)}: {e.Failure.Fault}");
            return null;
        }
    }

    private static IReadOnlyList<T> Capped<T>(IReadOnlyList<T>? list)
        where T : class =>
        list is null ? []
        : list.Count > Limits.TrustedRootInstances ? throw Malformed($"a list has more than {Limits.TrustedRootInstances} members")
        : list.Any(item => item is null) ? throw Malformed("a list has a null")
        : list;

    private static EvidenceException Malformed(string why) => new(FailureCode.TrustedRootMalformed, $"The trusted root is refused: {why}.");
}

using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust;

/// <summary>Which services a signer uses: signing config v0.2 and its selection rules.</summary>
public sealed class SigningConfig
{
    /// <summary>The media type that is read and written.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.signingconfig.v0.2+json";

    private readonly SigningConfigJson _json;

    private SigningConfig(SigningConfigJson json)
    {
        if (json.MediaType != MediaType)
        {
            throw Malformed("its media type is not signing config v0.2");
        }

        _json = json;
        CertificateAuthorities = Services(json.CaUrls, "caUrls");
        OidcProviders = Services(json.OidcUrls, "oidcUrls");
        Logs = Services(json.RekorTlogUrls, "rekorTlogUrls");
        TimestampAuthorities = Services(json.TsaUrls, "tsaUrls");
    }

    /// <summary>Certificate authorities (Fulcio).</summary>
    public IReadOnlyList<SigningService> CertificateAuthorities { get; }

    /// <summary>Log-in services for people.</summary>
    public IReadOnlyList<SigningService> OidcProviders { get; }

    /// <summary>Transparency logs (Rekor).</summary>
    public IReadOnlyList<SigningService> Logs { get; }

    /// <summary>Timestamp authorities, complete URLs.</summary>
    public IReadOnlyList<SigningService> TimestampAuthorities { get; }

    /// <summary>Reads a signing config v0.2.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SigningConfigMalformed"/> or <see cref="FailureCode.TooLarge"/>.</exception>
    public static SigningConfig Parse(ReadOnlySpan<byte> utf8) => FromJson(TrustedRoot.Deserialize(
        utf8, TrustJsonContext.Default.SigningConfigJson, FailureCode.SigningConfigMalformed, "signing config"));

    /// <summary>A config of one instance: one CA, one log, one timestamp authority, each of which must be used.</summary>
    public static SigningConfig Create(SigningService certificateAuthority, SigningService log, SigningService timestampAuthority) =>
        Create(certificateAuthority, [log], timestampAuthority);

    /// <summary>The same with the shards of one log: the newest first, each for its time, of which one is open.</summary>
    public static SigningConfig Create(SigningService certificateAuthority, IReadOnlyList<SigningService> logs, SigningService timestampAuthority) => new(new SigningConfigJson
    {
        MediaType = MediaType,
        CaUrls = [ToJson(certificateAuthority)],
        OidcUrls = [],
        RekorTlogUrls = [.. logs.Select(ToJson)],
        RekorTlogConfig = new SelectionJson { Selector = "ANY" },
        TsaUrls = [ToJson(timestampAuthority)],
        TsaConfig = new SelectionJson { Selector = "ANY" },
    });

    /// <summary>The one CA to use: highest API version that is supported, valid now, newest.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SigningConfigMalformed"/> when there is none.</exception>
    public SigningService SelectCertificateAuthority(DateTimeOffset now) =>
        Usable(CertificateAuthorities, [1], now).FirstOrDefault() ?? throw Malformed("it lists no certificate authority of API version 1 that is valid now");

    /// <summary>The logs to use; never of two API versions.</summary>
    /// <param name="supportedVersions">API versions that the caller speaks.</param>
    /// <param name="now">The time of signing.</param>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SigningConfigMalformed"/> when the selection cannot be met.</exception>
    public IReadOnlyList<SigningService> SelectLogs(IReadOnlyList<int> supportedVersions, DateTimeOffset now) => SelectLogsWithSpares(supportedVersions, now).Chosen;

    /// <summary>The logs to use, with those that may stand in.</summary>
    /// <param name="supportedVersions">API versions that the caller speaks.</param>
    /// <param name="now">The time of signing.</param>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SigningConfigMalformed"/> when the selection cannot be met.</exception>
    public ServiceSelection SelectLogsWithSpares(IReadOnlyList<int> supportedVersions, DateTimeOffset now) =>
        Select(Logs, _json.RekorTlogConfig, supportedVersions, now, "transparency log");

    /// <summary>The timestamp authorities to use.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SigningConfigMalformed"/> when the selection cannot be met.</exception>
    public IReadOnlyList<SigningService> SelectTimestampAuthorities(DateTimeOffset now) => SelectTimestampAuthoritiesWithSpares(now).Chosen;

    /// <summary>The timestamp authorities to use, with those that may stand in.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SigningConfigMalformed"/> when the selection cannot be met.</exception>
    public ServiceSelection SelectTimestampAuthoritiesWithSpares(DateTimeOffset now) =>
        Select(TimestampAuthorities, _json.TsaConfig, [1], now, "timestamp authority");

    /// <summary>The config as indented JSON, UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(_json, TrustedRoot.ReadableJson.SigningConfigJson);

    internal static SigningConfig FromJson(SigningConfigJson json) => new(json);

    internal SigningConfigJson Json => _json;

    private static ServiceSelection Select(
        IReadOnlyList<SigningService> services, SelectionJson? selection, IReadOnlyList<int> supportedVersions, DateTimeOffset now, string what)
    {
        if (services.Count == 0)
        {
            return new ServiceSelection([], 0);
        }

        // The proto's own order of rules: one API version, then one service an operator, then the selector.
        var usable = Usable(services, supportedVersions, now);
        var version = usable.Count == 0 ? 0 : usable[0].MajorApiVersion;
        List<SigningService> candidates = [.. usable.Where(s => s.MajorApiVersion == version).DistinctBy(s => s.Operator, StringComparer.Ordinal)];
        if (candidates.Count == 0)
        {
            throw Malformed($"it lists no {what} that is valid now and of an API version that is spoken here");
        }

        return Selector(selection) switch
        {
            ServiceSelector.All => new ServiceSelection(candidates, candidates.Count),
            ServiceSelector.Any => new ServiceSelection(candidates, 1),
            ServiceSelector.Exact => selection!.Count is { } count && count > 0 && count <= candidates.Count
                ? new ServiceSelection(candidates, count)
                : throw Malformed($"it asks for exactly {selection.Count ?? 0} of {candidates.Count} operators of a {what}"),
            _ => throw Malformed($"it lists a {what} but no selector"),
        };
    }

    /// <summary>Valid now and spoken here: highest version first, then the newest start, then the order of the file.</summary>
    private static List<SigningService> Usable(IEnumerable<SigningService> services, IReadOnlyList<int> versions, DateTimeOffset now) =>
        [.. services.Where(s => versions.Contains(s.MajorApiVersion) && s.ValidFor.Contains(now))
            .OrderByDescending(s => s.MajorApiVersion)
            .ThenByDescending(s => s.ValidFor.Start)];

    private static ServiceSelector Selector(SelectionJson? selection) => selection?.Selector switch
    {
        "ALL" => ServiceSelector.All,
        "ANY" => ServiceSelector.Any,
        "EXACT" => ServiceSelector.Exact,
        _ => ServiceSelector.Undefined,
    };

    private static List<SigningService> Services(IReadOnlyList<ServiceJson>? list, string member)
    {
        if (list?.Count > Limits.TrustedRootInstances)
        {
            throw Malformed($"{member} has more than {Limits.TrustedRootInstances} services");
        }

        return [.. (list ?? []).Select(json => json?.Url is { Length: > 0 } url
            ? new SigningService(
                url, json.MajorApiVersion, Validity.Read(json.ValidFor, FailureCode.SigningConfigMalformed, $"A service of {member}"), json.Operator ?? string.Empty)
            : throw Malformed($"a service of {member} has no URL"))];
    }

    private static ServiceJson ToJson(SigningService service) => new()
    {
        Url = service.Url,
        MajorApiVersion = service.MajorApiVersion,
        ValidFor = service.ValidFor.ToJson(),
        Operator = service.Operator,
    };

    private static EvidenceException Malformed(string why) => new(FailureCode.SigningConfigMalformed, $"The signing config is refused: {why}.");
}

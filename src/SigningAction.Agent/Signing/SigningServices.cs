using SigningAction.Agent.Services;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Signing;

/// <summary>The services of one run, chosen from a signing config, and the root that judges their answers.</summary>
public sealed record SigningServices
{
    /// <summary>API version of the tile log (Rekor v2).</summary>
    public const int TileLog = 2;

    /// <summary>API versions of logs that are spoken here; a config that lists both gets the newer one.</summary>
    private static readonly int[] LogVersions = [TileLog, 1];

    /// <summary>Whom to believe.</summary>
    public required TrustedRoot Root { get; init; }

    /// <summary>What the instance is known to give as proof.</summary>
    public required TrustProfile Profile { get; init; }

    /// <summary>Base address of the certificate authority.</summary>
    public required ServiceAddress CertificateAuthority { get; init; }

    /// <summary>Base addresses of the logs; none of an instance that publishes nothing.</summary>
    public required ServicePool Logs { get; init; }

    /// <summary>API version of all of them: 1 or 2.</summary>
    public required int LogVersion { get; init; }

    /// <summary>Complete addresses of the timestamp authorities; none where a log of version 1 promises the time.</summary>
    public required ServicePool TimestampAuthorities { get; init; }

    /// <summary>Chooses by the rules of the signing config, for the time of signing.</summary>
    /// <param name="config">Which services there are.</param>
    /// <param name="root">Whom to believe.</param>
    /// <param name="profile">Whose services they are.</param>
    /// <param name="now">The time of signing.</param>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SigningConfigMalformed"/>.</exception>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: an address is not usable, or a kind of service is missing.</exception>
    public static SigningServices Select(SigningConfig config, TrustedRoot root, TrustProfile profile, DateTimeOffset now)
    {
        if (!profile.NeedsLogs && config.Logs.Count > 0)
        {
            throw new AgentException(
                AgentFault.Usage, "The signing config lists a transparency log, and authority 'github' publishes nothing of what it signs. Take the log out, or give another authority.");
        }

        var logs = config.SelectLogsWithSpares(LogVersions, now);
        var version = logs.Candidates is [var first, ..] ? first.MajorApiVersion : TileLog;
        return new SigningServices
        {
            Root = root,
            Profile = profile,
            CertificateAuthority = ServiceAddress.Parse(config.SelectCertificateAuthority(now).Url, "the certificate authority"),
            Logs = Pool(logs, "transparency log", required: profile.NeedsLogs),
            LogVersion = version,

            // A log of version 2 states no time. One of version 1 does, and the public instance then has no timestamp authority.
            TimestampAuthorities = Pool(config.SelectTimestampAuthoritiesWithSpares(now), "timestamp authority", required: version == TileLog),
        };
    }

    /// <summary>A bundle without a log entry or without a proven time is one that every strict verifier refuses, so none is begun.</summary>
    private static ServicePool Pool(ServiceSelection services, string what, bool required) => required && services.Candidates.Count == 0
        ? throw new AgentException(AgentFault.Usage, $"The signing config lists no {what}; without one nothing that is signed can be verified later. Add one to the config.")
        : new ServicePool([.. services.Candidates.Select(s => ServiceAddress.Parse(s.Url, $"a {what}"))], services.Needed);
}

using SigningAction.Agent.Services;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Signing;

/// <summary>The services of one run, chosen from a signing config, and the root that judges their answers.</summary>
public sealed record SigningServices
{
    /// <summary>API versions of logs that are spoken here.</summary>
    private static readonly int[] LogVersions = [2];

    /// <summary>Whom to believe.</summary>
    public required TrustedRoot Root { get; init; }

    /// <summary>Base address of the certificate authority.</summary>
    public required ServiceAddress CertificateAuthority { get; init; }

    /// <summary>Base addresses of the logs: each gets the entry.</summary>
    public required IReadOnlyList<ServiceAddress> Logs { get; init; }

    /// <summary>Complete addresses of the timestamp authorities: each stamps.</summary>
    public required IReadOnlyList<ServiceAddress> TimestampAuthorities { get; init; }

    /// <summary>Chooses by the rules of the signing config, for the time of signing.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SigningConfigMalformed"/>.</exception>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: an address is not usable, or a kind of service is missing.</exception>
    public static SigningServices Select(SigningConfig config, TrustedRoot root, DateTimeOffset now) => new()
    {
        Root = root,
        CertificateAuthority = ServiceAddress.Parse(config.SelectCertificateAuthority(now).Url, "the certificate authority"),
        Logs = Addresses(config.SelectLogs(LogVersions, now), "transparency log"),
        TimestampAuthorities = Addresses(config.SelectTimestampAuthorities(now), "timestamp authority"),
    };

    /// <summary>A bundle without a log entry or without a proven time is one that every strict verifier refuses, so none is begun.</summary>
    private static IReadOnlyList<ServiceAddress> Addresses(IReadOnlyList<SigningService> services, string what) => services.Count == 0
        ? throw new AgentException(AgentFault.Usage, $"The signing config lists no {what}; without one nothing that is signed can be verified later. Add one to the config.")
        : [.. services.Select(s => ServiceAddress.Parse(s.Url, $"a {what}"))];
}

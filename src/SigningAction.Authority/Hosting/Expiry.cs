using SigningAction.Authority.Issuance;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Hosting;

/// <summary>Looks at the end of the authority's own certificates, and says so in the log once a day while it is near: replacing them is a matter of weeks.</summary>
public sealed partial class Expiry : IDisposable
{
    /// <summary>How long ahead it warns.</summary>
    public static readonly TimeSpan Warning = TimeSpan.FromDays(60);

    private static readonly TimeSpan Interval = TimeSpan.FromDays(1);

    private readonly DateTimeOffset _end;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;

    /// <summary>Begins to look.</summary>
    public Expiry(AuthorityMaterial material, TimeProvider time, ILogger<Expiry> logger)
    {
        (_end, _time, _logger) = (EndOfUse(material), time, logger);
        _timer = time.CreateTimer(_ => Look(), null, TimeSpan.Zero, Interval);
    }

    /// <summary>How it stands.</summary>
    public ExpiryState State => _time.GetUtcNow() switch
    {
        var now when now >= _end => ExpiryState.Expired,
        var now when now >= _end - Warning => ExpiryState.Soon,
        _ => ExpiryState.Valid,
    };

    /// <summary>From when on something cannot be signed: a leaf would outlive its issuer, or a timestamp its certificate.</summary>
    public static DateTimeOffset EndOfUse(AuthorityMaterial material)
    {
        var issuing = End(material.Chain.Certificates) - CertificateIssuer.Lifetime;
        var stamping = End(material.TimestampChain);
        return issuing < stamping ? issuing : stamping;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private static DateTimeOffset End(IEnumerable<Certificate> chain) => chain.Min(certificate => certificate.NotAfter);

    private void Look()
    {
        switch (State)
        {
            case ExpiryState.Soon:
                LogSoon(_logger, _end);
                break;
            case ExpiryState.Expired:
                LogExpired(_logger, _end);
                break;
            default:
                break;
        }
    }

    /// <summary>The end of the own certificates is less than 60 days away; once a day.</summary>
    /// <remarks>Renew them now: <c>signing-authority renew</c> (RUNBOOK.md).</remarks>
    [LoggerMessage(
        EventId = 4011, EventName = "CertificatesExpireSoon", Level = LogLevel.Warning,
        Message = "The authority's own certificates can be used until {End:u} only; renew them before (signing-authority renew)")]
    private static partial void LogSoon(ILogger logger, DateTimeOffset end);

    /// <summary>The own certificates cannot be used any more; once a day.</summary>
    /// <remarks>Renew them: <c>signing-authority renew</c>, with the authority stopped (RUNBOOK.md). What was signed stays verifiable.</remarks>
    [LoggerMessage(
        EventId = 4012, EventName = "CertificatesExpired", Level = LogLevel.Critical,
        Message = "The authority's own certificates could be used until {End:u}; it refuses what they cannot sign")]
    private static partial void LogExpired(ILogger logger, DateTimeOffset end);
}

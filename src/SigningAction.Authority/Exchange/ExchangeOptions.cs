using System.ComponentModel.DataAnnotations;

namespace SigningAction.Authority.Exchange;

/// <summary>Member <c>exchange</c> of <c>authority.json</c>. With no issuer every token is refused.</summary>
public sealed class ExchangeOptions
{
    /// <summary>What faults in these options are reported under.</summary>
    public const string Section = "Exchange";

    /// <summary>The issuers, each with an own <see cref="IssuerOptions.Url"/>.</summary>
    /// <remarks>None: whose tokens count is the first thing that an administrator decides.</remarks>
    public IReadOnlyList<IssuerOptions> Issuers { get; set; } = [];

    /// <summary>
    /// Age at which a key set is fetched again before it is used: how long a key that its issuer withdrew stays good.
    /// At half that age it is fetched ahead, so that no exchange waits for it.
    /// </summary>
    /// <remarks>A stolen key that was withdrawn serves a thief no longer than one certificate lives.</remarks>
    [Range(typeof(TimeSpan), "00:01:00", "01:00:00")]
    public TimeSpan KeySetRefresh { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Least time between two fetches of one key set, whatever tokens ask for.</summary>
    /// <remarks>Anybody can send tokens with keys that do not exist; the issuer must not feel it.</remarks>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan KeySetRetry { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the last good keys serve when the issuer cannot be reached; at least <c>keySetRefresh</c>.</summary>
    /// <remarks>Releases go on over an issuer's outage of a night; a key that leaked meanwhile must not serve for ever.</remarks>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan KeySetMaximumAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Longest time for one fetch, discovery document and key set together.</summary>
    /// <remarks>A pipeline's exchange may wait for it, and gives up after 30 s.</remarks>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:30")]
    public TimeSpan KeySetTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether callers may have RSA keys certified; else only ECDSA and Ed25519.</summary>
    /// <remarks>Clients make a fresh P-256 key. Of an RSA key nobody can tell whether Debian's broken generator made it, or whether it shares a factor with another one.</remarks>
    public bool RsaKeys { get; set; }

    /// <summary>Tokens that are remembered for single use. When it is full, such exchanges are refused for a moment.</summary>
    /// <remarks>Tokens live up to 15 minutes: enough for 200 exchanges a second, in some 40 MB.</remarks>
    [Range(1_000, 10_000_000)]
    public int ReplayCapacity { get; set; } = 200_000;
}

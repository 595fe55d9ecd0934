namespace SigningAction.Authority.Exchange;

/// <summary>Member <c>exchange</c> of <c>authority.json</c>. With no issuer every token is refused.</summary>
public sealed class ExchangeOptions
{
    /// <summary>What faults in these options are reported under.</summary>
    public const string Section = "Exchange";

    /// <summary>The issuers, each with an own <see cref="IssuerOptions.Url"/>.</summary>
    public IReadOnlyList<IssuerOptions> Issuers { get; set; } = [];

    /// <summary>
    /// Age at which a key set is fetched again before it is used: how long a key that its issuer withdrew stays good (1 minute to 1 hour).
    /// At half that age it is fetched ahead, so that no exchange waits for it.
    /// </summary>
    public TimeSpan KeySetRefresh { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Least time between two fetches of one key set, whatever tokens ask for (1 second to 10 minutes).</summary>
    public TimeSpan KeySetRetry { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the last good keys serve when the issuer cannot be reached (up to a week).</summary>
    public TimeSpan KeySetMaximumAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Longest time for one fetch, discovery document and key set together (1 to 30 seconds).</summary>
    public TimeSpan KeySetTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Tokens that are remembered for single use (1,000 to 10,000,000; about 200 bytes each). When it is full, such exchanges wait.</summary>
    public int ReplayCapacity { get; set; } = 200_000;
}

namespace SigningAction.Authority.Exchange;

/// <summary>How an issuer's keys stand, for <c>/readyz</c> and the administrator.</summary>
/// <param name="Issuer">The issuer, as configured.</param>
/// <param name="FetchedAt">When the keys in use were fetched; null when there never were any.</param>
/// <param name="Keys">Keys in use.</param>
/// <param name="Fault">What was wrong with the last fetch.</param>
/// <param name="IsUsable">Whether tokens can be verified: keys are at hand and not too old.</param>
public sealed record KeySetState(string Issuer, DateTimeOffset? FetchedAt, int Keys, KeySetFault Fault, bool IsUsable)
{
    /// <summary>Whether the last fetch failed: tokens are verified by older keys, or not at all.</summary>
    public bool IsDegraded => Fault != KeySetFault.None;
}

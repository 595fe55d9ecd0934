namespace SigningAction.Evidence.Policy;

/// <summary>What an identity says about one claim.</summary>
/// <param name="Value">The value; null when there is none. Never empty.</param>
/// <param name="IsUnknown">
/// There is no value and that says nothing: the platform kept silent or the value reads in two ways. False when absence is an answer,
/// as for a job without an environment.
/// </param>
public readonly record struct ClaimValue(string? Value, bool IsUnknown)
{
    internal static ClaimValue Unknown => new(null, true);

    internal static ClaimValue Absent => new(null, false);

    internal static ClaimValue Given(string? value) => string.IsNullOrEmpty(value) ? Unknown : new ClaimValue(value, false);
}

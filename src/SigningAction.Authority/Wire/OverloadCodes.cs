namespace SigningAction.Authority.Wire;

/// <summary>The reasons of refusals that are nobody's fault: more comes than is taken.</summary>
public static class OverloadCodes
{
    /// <summary>Of one address come more requests a second than it may send.</summary>
    public const string TooMany = "TOO_MANY_REQUESTS";

    /// <summary>As much is in flight as may be: of one address, or of all together.</summary>
    public const string Busy = "BUSY";
}

namespace SigningAction.Authority.Clock;

/// <summary>How far the clock is believed.</summary>
public enum ClockCondition
{
    /// <summary>Never used: a default value is no condition.</summary>
    None = 0,

    /// <summary>Nothing speaks against it, and where sources are configured enough of them agree.</summary>
    Ready,

    /// <summary>Sources cannot be reached; the last good comparison still serves.</summary>
    Unconfirmed,

    /// <summary>Sources were never reached since the start, or too long ago.</summary>
    Unreachable,

    /// <summary>Sources say another time, or the clock was set since they were asked.</summary>
    Contradicted,

    /// <summary>It stands before something that this authority already signed: it was set back, or it had run ahead.</summary>
    BehindLedger,
}

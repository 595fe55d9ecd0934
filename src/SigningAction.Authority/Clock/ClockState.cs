namespace SigningAction.Authority.Clock;

/// <summary>How the clock stands.</summary>
/// <param name="Condition">How far it is believed.</param>
/// <param name="Reason">What speaks against it, one sentence that is safe to show; null when it is ready.</param>
public sealed record ClockState(ClockCondition Condition, string? Reason)
{
    /// <summary>Whether certificates and timestamps are made.</summary>
    public bool IsTrusted => Condition is ClockCondition.Ready or ClockCondition.Unconfirmed;

    /// <summary>What <c>/readyz</c> shows.</summary>
    public string Text => Condition switch
    {
        ClockCondition.Ready => "ready",
        ClockCondition.Unconfirmed => "not confirmed: time sources cannot be reached, the last comparison serves",
        ClockCondition.Unreachable => "in doubt: time sources cannot be reached",
        ClockCondition.Contradicted => "in doubt: time sources contradict it, or it was set",
        ClockCondition.BehindLedger => "in doubt: behind what was signed",
        _ => throw new InvalidOperationException("A clock without a state."),
    };

    internal static ClockState Ready { get; } = new(ClockCondition.Ready, null);
}

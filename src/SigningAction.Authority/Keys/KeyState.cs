namespace SigningAction.Authority.Keys;

/// <summary>How a key that serves stands.</summary>
/// <param name="Name">Its name: that of its file without the ending, for example <c>log-signatures</c>.</param>
/// <param name="Condition">What came of its last signature.</param>
/// <param name="Failures">How many signatures failed since the last good one.</param>
public sealed record KeyState(string Name, KeyCondition Condition, int Failures)
{
    /// <summary>Failures in a row after which nobody is to be sent here: one or two are a store that throttles, or a session that is opened again.</summary>
    public const int Repeated = 3;

    /// <summary>Whether it fails again and again.</summary>
    public bool IsUnavailable => Failures >= Repeated;

    /// <summary>The word for readiness checks; one of three.</summary>
    public string Text => Condition switch
    {
        KeyCondition.DoesNotSign => "does not sign",
        KeyCondition.SignsWrongly => "signs wrongly",
        _ => "ready",
    };

    /// <summary>A key that has not failed.</summary>
    public static KeyState Ready(string name) => new(name, KeyCondition.Ready, 0);
}

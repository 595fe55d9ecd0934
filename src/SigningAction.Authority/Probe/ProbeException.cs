namespace SigningAction.Authority.Probe;

/// <summary>A step cannot go on. The message is one sentence without secrets.</summary>
public sealed class ProbeException(ProbeOutcome outcome, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>How the step ends.</summary>
    public ProbeOutcome Outcome { get; } = outcome;

    /// <summary>A step that this one needs did not pass.</summary>
    public static ProbeException Skipped() => new(ProbeOutcome.Skipped, "A step that it needs did not pass.");

    /// <summary>The authority does something wrong.</summary>
    public static ProbeException Wrong(string message, Exception? inner = null) => new(ProbeOutcome.Failed, message, inner);
}

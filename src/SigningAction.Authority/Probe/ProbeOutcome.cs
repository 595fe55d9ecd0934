namespace SigningAction.Authority.Probe;

/// <summary>How one step of a probe ended.</summary>
public enum ProbeOutcome
{
    /// <summary>Never used: a default value is no outcome.</summary>
    None = 0,

    /// <summary>As it must be.</summary>
    Passed,

    /// <summary>Something is wrong with the authority.</summary>
    Failed,

    /// <summary>It could not be asked: nothing is known.</summary>
    Unreachable,

    /// <summary>A step that it needs did not pass.</summary>
    Skipped,
}

namespace SigningAction.Testing;

/// <summary>How a commit of <see cref="FaultyStore"/> fails.</summary>
public enum CommitFault
{
    /// <summary>It does not.</summary>
    None = 0,

    /// <summary>It fails and nothing is written.</summary>
    Failed,

    /// <summary>It fails and everything is written all the same.</summary>
    FailedButPersisted,
}

namespace SigningAction.Authority.Storage;

/// <summary>The stored head of a log was not the one that a commit builds on: somebody else appended. Nothing was written.</summary>
public sealed class HeadsMovedException(LogId log) : Exception($"The stored head of {log} is not the one that this commit builds on.")
{
    /// <summary>The log whose head moved.</summary>
    public LogId Log { get; } = log;
}

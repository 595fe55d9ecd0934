namespace SigningAction.Authority.Hosting;

/// <summary>What the process as a whole goes through.</summary>
internal static partial class AuthorityEvents
{
    /// <summary>It listens.</summary>
    /// <remarks>Nothing.</remarks>
    [LoggerMessage(EventId = 4021, EventName = "Started", Level = LogLevel.Information, Message = "The authority {Url} listens on {Address}")]
    public static partial void Started(ILogger logger, string url, string address);

    /// <summary>It was told to stop: readiness says so, and for the seconds that are named everything is still served.</summary>
    /// <remarks>Nothing.</remarks>
    [LoggerMessage(
        EventId = 4022, EventName = "Stopping", Level = LogLevel.Information,
        Message = "The authority stops; it serves everything for {Seconds} s more and then lets nobody in")]
    public static partial void Stopping(ILogger logger, int seconds);

    /// <summary>Everybody in flight was answered and the ledger is closed.</summary>
    /// <remarks>Nothing.</remarks>
    [LoggerMessage(EventId = 4023, EventName = "Stopped", Level = LogLevel.Information, Message = "The authority has stopped")]
    public static partial void Stopped(ILogger logger);

    /// <summary>After a restart behind an inherited socket the process before it is still at work.</summary>
    /// <remarks>Nothing; when it does not end within <c>limits.startSeconds</c> the start is given up: stop that process.</remarks>
    [LoggerMessage(
        EventId = 4024, EventName = "WaitingForDatabase", Level = LogLevel.Information,
        Message = "Another process still uses the database; waiting for it for {Seconds} s at most")]
    public static partial void Waiting(ILogger logger, int seconds);
}

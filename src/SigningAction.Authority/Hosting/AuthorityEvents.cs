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

    /// <summary>Metrics and traces are sent: the environment says where to. Without this line nothing is.</summary>
    /// <remarks>Nothing.</remarks>
    [LoggerMessage(EventId = 4025, EventName = "Exporting", Level = LogLevel.Information, Message = "Metrics are sent to {Metrics}, traces to {Traces}")]
    public static partial void Exporting(ILogger logger, string metrics, string traces);

    /// <summary>Metrics or traces do not arrive. Told once an hour while it is so; nothing else depends on it.</summary>
    /// <remarks>See whether the collector runs, is reached from here at the address of event 4025, and speaks <c>OTEL_EXPORTER_OTLP_PROTOCOL</c> there.</remarks>
    [LoggerMessage(EventId = 4026, EventName = "ExportFails", Level = LogLevel.Warning, Message = "Metrics or traces could not be sent ({Cause}); it is tried again at every interval")]
    public static partial void ExportFails(ILogger logger, string cause);

    /// <summary>After a restart behind an inherited socket the process before it is still at work.</summary>
    /// <remarks>Nothing; when it does not end within <c>limits.startSeconds</c> the start is given up: stop that process.</remarks>
    [LoggerMessage(
        EventId = 4024, EventName = "WaitingForDatabase", Level = LogLevel.Information,
        Message = "Another process still uses the database; waiting for it for {Seconds} s at most")]
    public static partial void Waiting(ILogger logger, int seconds);
}

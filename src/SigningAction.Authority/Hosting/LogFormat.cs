namespace SigningAction.Authority.Hosting;

/// <summary>How the log on standard error is written.</summary>
public enum LogFormat
{
    /// <summary>Never used: a default value is no format.</summary>
    None = 0,

    /// <summary>A line an event, for people and journals.</summary>
    Text,

    /// <summary>A JSON object a line, with <c>EventId</c> and the values of the message as members, for programs.</summary>
    Json,
}

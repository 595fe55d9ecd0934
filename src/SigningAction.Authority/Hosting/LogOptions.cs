namespace SigningAction.Authority.Hosting;

/// <summary>The log on standard error. What is in it: EVENTS.md.</summary>
public sealed record LogOptions
{
    /// <summary>How it is written: a line of text an event, or an object of JSON.</summary>
    /// <remarks>Text reads well in a journal. JSON is for collectors that take messages apart.</remarks>
    public LogFormat Format { get; set; } = LogFormat.Text;

    /// <summary>What is out of range.</summary>
    public IEnumerable<string> Faults() => Format is LogFormat.Text or LogFormat.Json ? [] : ["log.format must be Text or Json."];
}

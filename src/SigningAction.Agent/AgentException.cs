namespace SigningAction.Agent;

/// <summary>The agent did not sign. The message is one or two plain sentences: what is wrong, and what to do.</summary>
public sealed class AgentException : Exception
{
    /// <summary>Stops with <paramref name="fault"/>.</summary>
    public AgentException(AgentFault fault, string message)
        : base(message) => Fault = fault;

    /// <summary>Stops with <paramref name="fault"/>, keeping what the platform said.</summary>
    public AgentException(AgentFault fault, string message, Exception inner)
        : base(message, inner) => Fault = fault;

    /// <summary>The reason.</summary>
    public AgentFault Fault { get; }

    /// <summary>Words of a server, to be quoted as untrusted text beside the message; null when there are none.</summary>
    public string? ServerText { get; init; }

    /// <summary>The file that is at fault, as it was named, for an annotation; null when it is none.</summary>
    public string? File { get; init; }

    /// <summary>The line of <see cref="File"/> that is at fault, from 1; null when it is none.</summary>
    public int? Line { get; init; }

    /// <summary>The same failure with its texts changed: stripped of secrets, before they are escaped for some place and no longer look the same.</summary>
    public AgentException With(Func<string, string> change) => new(Fault, change(Message), this) { ServerText = ServerText is null ? null : change(ServerText), File = File, Line = Line };

    /// <summary>The same failure with another sentence after its message.</summary>
    public AgentException With(string sentence) => new(Fault, $"{Message} {sentence}", this) { ServerText = ServerText, File = File, Line = Line };
}

using SigningAction.Verifier.Network;

namespace SigningAction.Verifier;

/// <summary>What a run takes from outside its command line. Nothing here is touched before it is needed: a run that stays offline pays for none of it.</summary>
internal sealed record Surroundings
{
    /// <summary>Those of this process.</summary>
    public static Surroundings OfProcess { get; } = new();

    /// <summary>Reads an environment variable; null where it is not set.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Opens the network, at most once a run.</summary>
    public Func<HttpMessageHandler> Network { get; init; } = WebHandler.Create;

    /// <summary>Time, for waiting between tries.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether somebody looks at standard error: a terminal, not a file or a pipe.</summary>
    public Func<bool> IsWatched { get; init; } = () => !Console.IsErrorRedirected;

    /// <summary>An environment variable that holds something.</summary>
    public string? NonEmpty(string name) => Variable(name) is { Length: > 0 } value ? value : null;
}

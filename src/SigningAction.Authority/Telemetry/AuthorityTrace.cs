using System.Diagnostics;

namespace SigningAction.Authority.Telemetry;

/// <summary>The trace of an exchange: one span, and one for each of its steps. No token, key, claim or address is ever an attribute.</summary>
public static class AuthorityTrace
{
    /// <summary>Name of the source.</summary>
    public const string Name = "SigningAction.Authority";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>
    /// Begins a trace of its own. What the caller says about his trace is not taken: it would decide whether this server records, and into whose trace.
    /// </summary>
    /// <returns>Null when nobody records.</returns>
    public static Activity? Start(string name)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        Activity.Current = null;
        return Source.StartActivity(name, ActivityKind.Server);
    }

    /// <summary>Begins a step of what is under way.</summary>
    /// <returns>Null when nobody records.</returns>
    public static Activity? Step(string name) => Source.HasListeners() ? Source.StartActivity(name) : null;
}

namespace SigningAction.Authority.Hosting;

/// <summary>How <see cref="AuthorityHost"/> is started, beyond what the directory says.</summary>
public sealed record AuthorityHostOptions
{
    /// <summary>Where to listen instead of what the configuration says.</summary>
    public ListenAddress? Listen { get; init; }

    /// <summary>A listening socket that was inherited; it goes before every address.</summary>
    public InheritedSocket? Socket { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Further services and their configuration, for tests and for programs that hold an authority in process.</summary>
    public Action<WebApplicationBuilder>? Configure { get; init; }
}

namespace SigningAction.Agent.Commands;

/// <summary>A command line that parsed. Null is an option that was not given.</summary>
public sealed record SigningRequest
{
    /// <summary>Paths and globs of what is to be signed.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Whether an attestation is made, or a plain signature a file.</summary>
    public required bool Attest { get; init; }

    /// <summary>File with a whole in-toto statement, signed byte for byte as it is.</summary>
    public string? Statement { get; init; }

    /// <summary>Signing config file: which services.</summary>
    public string? SigningConfig { get; init; }

    /// <summary>Trusted root file: whom to believe.</summary>
    public string? TrustedRoot { get; init; }

    /// <summary>URL of an authority that serves both files.</summary>
    public string? Authority { get; init; }

    /// <summary>A token, or the path of a file that holds one.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>Whom the pipeline's token is for.</summary>
    public string Audience { get; init; } = Pipelines.TokenSource.DefaultAudience;

    /// <summary>Where the one bundle goes.</summary>
    public string? Bundle { get; init; }

    /// <summary>Whether the report is JSON.</summary>
    public bool Json { get; init; }
}

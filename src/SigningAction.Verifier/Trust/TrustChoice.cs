namespace SigningAction.Verifier.Trust;

/// <summary>Whom the caller wants to trust, as said on the command line. The environment says at most where the cache is.</summary>
internal sealed record TrustChoice
{
    /// <summary>A trusted root file, JSON or JSON Lines; null takes the TUF repository.</summary>
    public string? TrustedRootPath { get; init; }

    /// <summary>The TUF repository or a mirror of it: https, http to this machine, or a file URL; null is the public-good one.</summary>
    public Uri? TufUrl { get; init; }

    /// <summary>The repository's first root, got by a way that is trusted; null is the public-good one that this program carries.</summary>
    public string? TufRootPath { get; init; }

    /// <summary>Whether the network is out of bounds.</summary>
    public bool Offline { get; init; }

    /// <summary>Whether cached trust that has expired is good enough.</summary>
    public bool AcceptExpired { get; init; }

    /// <summary>Whether signatures of the public-good instance are refused, also where a root of it is trusted.</summary>
    public bool NoPublicGood { get; init; }

    /// <summary>Whether it is the public-good instance, whose trust this program carries.</summary>
    public bool IsPublicGood => TufUrl is null && TufRootPath is null;
}

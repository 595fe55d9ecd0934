namespace SigningAction.Authority;

/// <summary>Exit codes of <c>signing-authority</c>.</summary>
public static class ExitCodes
{
    /// <summary>Done; everything is in order.</summary>
    public const int Done = 0;

    /// <summary>Refused: what is there contradicts itself, or must not be overwritten. Trying again changes nothing.</summary>
    public const int Refused = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>It could not be done: files, disk, network.</summary>
    public const int Failed = 3;
}

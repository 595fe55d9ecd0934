namespace SigningAction.Verifier;

/// <summary>How the process ends. Only <see cref="Verified"/> is zero, and it is set after everything else is done.</summary>
public enum ExitCode
{
    /// <summary>Everything that was asked for is proven.</summary>
    Verified = 0,

    /// <summary>The evidence is bad or missing, or it is not the signer that was asked for.</summary>
    Refused = 1,

    /// <summary>The command line asks for nothing that could be checked.</summary>
    Usage = 2,

    /// <summary>Nothing is known about the artifact: a file could not be read, the trusted root is broken, or the program failed.</summary>
    NotChecked = 3,
}

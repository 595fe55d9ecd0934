namespace SigningAction.Verifier.Output;

/// <summary>An answer that cannot be written.</summary>
/// <param name="stream">Which one, as a sentence begins with it.</param>
/// <param name="error">The system's number (errno, Linux).</param>
internal sealed class UnwritableException(string stream, int error) : IOException($"{stream} cannot be written (errno {error}).")
{
    /// <summary>Which one, as a sentence begins with it.</summary>
    public string Stream { get; } = stream;

    /// <summary>Why, in words: the system's own are not carried in a native build.</summary>
    public string Reason { get; } = error switch
    {
        28 => "there is no space left on its device", // ENOSPC
        122 => "the quota of its disk is used up", // EDQUOT
        27 => "the file would be too large", // EFBIG
        9 => "it is closed", // EBADF
        5 => "its device fails", // EIO
        _ => $"error {error} of the system",
    };
}

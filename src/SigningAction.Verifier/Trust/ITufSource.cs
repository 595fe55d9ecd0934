using SigningAction.Evidence.Trust.Tuf;

namespace SigningAction.Verifier.Trust;

/// <summary>Where the files of a TUF repository come from: its mirror on the network, or a folder.</summary>
internal interface ITufSource
{
    /// <summary>The file, unproven and at most <see cref="TufFetch.MaxBytes"/> long; null when it does not exist.</summary>
    /// <exception cref="ProblemException">Nothing is known about it.</exception>
    byte[]? Get(TufFetch fetch);
}

namespace SigningAction.Evidence.Trust.Tuf;

/// <summary>A file that is needed next.</summary>
/// <param name="Path">Below the repository's URL, segments separated by slashes, safe as a URL path and as a path of files.</param>
/// <param name="MaxBytes">Not one byte more may be read.</param>
/// <param name="MayBeAbsent">Whether its absence is an answer: there is no newer root.</param>
public sealed record TufFetch(string Path, int MaxBytes, bool MayBeAbsent = false);

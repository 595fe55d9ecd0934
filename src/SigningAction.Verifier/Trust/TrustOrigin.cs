using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust.Tuf;

namespace SigningAction.Verifier.Trust;

/// <summary>Where a trusted root comes from.</summary>
/// <param name="Kind"><c>file</c>, <c>embedded</c> or <c>tuf</c>.</param>
/// <param name="From">The file, the package or the repository.</param>
/// <param name="Sha256">Of the file that holds it.</param>
/// <param name="Taken">When it was written or fetched; null where that is unknown.</param>
internal sealed record TrustOrigin(string Kind, string From, Sha256Digest Sha256, DateTimeOffset? Taken)
{
    /// <summary>What TUF says of it; null where it did not come by TUF.</summary>
    public TufTrust? Tuf { get; init; }

    /// <summary>Whether it is a file that the caller named, who knows then whom he trusts.</summary>
    public bool IsGiven => Kind == "file";

    /// <summary>In a few words.</summary>
    public string Text => Kind switch
    {
        "tuf" => $"TUF repository {From}",
        "embedded" => $"built in, from {From}",
        _ => $"file {From}",
    };
}

namespace SigningAction.Verifier.Sources.GitHub;

/// <summary>Where GitHub is asked for attestations.</summary>
/// <param name="Host">Which GitHub.</param>
/// <param name="Repository"><c>OWNER/NAME</c>; null asks for all of <paramref name="Owner"/>.</param>
/// <param name="Owner">The owner; null where a repository is named.</param>
/// <param name="DigestAlgorithm"><c>sha256</c> or <c>sha512</c>: by what the attestations were listed.</param>
/// <param name="PredicateType">The type that is asked for; null takes all.</param>
/// <param name="Limit">The most attestations that are fetched of one artifact.</param>
internal sealed record GitHubQuery(GitHubHost Host, string? Repository, string? Owner, string DigestAlgorithm, string? PredicateType, int Limit);

using SigningAction.Verifier.Network;
using SigningAction.Verifier.Sources.GitHub;
using SigningAction.Verifier.Sources.Oci;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// Puts the sources of a run together. What is named is what is looked at; an authority that is named, after what lies beside the artifact and instead of
/// everybody else on the network. Where nothing is named: beside the artifact; then, where the network is not out of bounds, in an image's registry; then at
/// GitHub. The first that has something ends the search, so what is at hand is never asked for.
/// </summary>
internal static class BundleSources
{
    /// <summary>The sources of <paramref name="request"/>.</summary>
    public static IBundleSource For(BundleRequest request, WebClient? web, RegistryClient? registry, Surroundings surroundings)
    {
        if (request.Paths.Count > 0)
        {
            return new GivenBundles(request.Paths);
        }

        if (request.FromRegistry)
        {
            return new ImageBundles(registry!, request.Limit);
        }

        if (web is not null && request.Authority is { } authority)
        {
            return new FirstThatFinds([new SideFiles(), new AuthorityBundles(web, authority, request.Limit)]);
        }

        var sources = new List<IBundleSource> { new SideFiles() };
        if (registry is not null)
        {
            sources.Add(new ImageBundles(registry, request.Limit));
        }

        if (web is not null && request.GitHub is { } query)
        {
            sources.Add(new GitHubAttestations(web, query, surroundings));
        }

        return new FirstThatFinds(sources);
    }
}

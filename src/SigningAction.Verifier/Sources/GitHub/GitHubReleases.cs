using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Network;

namespace SigningAction.Verifier.Sources.GitHub;

/// <summary>
/// Releases as GitHub lists them: the digest of each asset and the commit of the tag. Nothing is downloaded: what is proven is proven about the digests that GitHub states,
/// and whoever downloads must compare them or verify the directory.
/// </summary>
internal sealed class GitHubReleases(WebClient web, GitHubHost host, Surroundings surroundings)
{
    /// <summary>GitHub's cap on the assets of one release.</summary>
    private const int MostAssets = 1000;

    private readonly GitHubApi _api = new(web, host, surroundings, "contents", "download the release and verify the directory");

    /// <summary>The assets that are no bundles, in the order of their names, and the commit of the tag.</summary>
    /// <exception cref="ProblemException">There is no such release, it is empty, or GitHub did not say.</exception>
    public (IReadOnlyList<Target> Files, string Commit) Find(ReleaseName name)
    {
        var repository = $"{host.Api}repos/{string.Join('/', name.Repository.Split('/').Select(Uri.EscapeDataString))}";
        var tag = string.Join('/', name.Tag.Split('/').Select(Uri.EscapeDataString));
        var release = GitHubApi.Json(Ask(name, new Uri($"{repository}/releases/tags/{tag}")), GitHubReleaseJsonContext.Default.GitHubRelease);
        var assets = new List<GitHubAsset>();
        Uri? next = new(string.Create(CultureInfo.InvariantCulture, $"{repository}/releases/{release.Id}/assets?per_page={GitHubApi.PageLength}"));
        while (next is not null && assets.Count <= MostAssets)
        {
            var answer = Ask(name, next);
            var page = GitHubApi.Json(answer, GitHubReleaseJsonContext.Default.IReadOnlyListGitHubAsset);
            assets.AddRange(page.Select(asset => asset ?? throw GitHubApi.NotExpected()));
            next = page.Count == 0 ? null : answer.Next(host.Api);
        }

        if (assets.Count > MostAssets)
        {
            throw ProblemException.NotChecked($"The release has over {MostAssets} assets.", "Download the release and verify the directory.");
        }

        var files = assets.Where(asset => !ReleaseDirectory.IsBundle(asset.Name)).OrderBy(asset => asset.Name, StringComparer.Ordinal).Select(Target).ToArray();
        return files.Length > 0
            ? (files, Commit(Ask(name, new Uri($"{repository}/commits/tags/{tag}"), "application/vnd.github.sha")))
            : throw ProblemException.NotChecked("The release has no asset that is no bundle.", "Correct the tag: verifying nothing proves nothing.");
    }

    private static Target Target(GitHubAsset asset) =>
        asset.Digest is { } stated && stated.StartsWith(TargetArtifact.DigestPrefix, StringComparison.Ordinal)
        && TargetArtifact.TryParseHex(stated[TargetArtifact.DigestPrefix.Length..], out var digest)
            ? new Target(asset.Name) { Sha256 = digest }
            : Sources.Target.Nothing(asset.Name, "GitHub states no SHA-256 of this asset.", "Download the release and verify the directory.");

    private static string Commit(WebAnswer answer)
    {
        var commit = Encoding.ASCII.GetString(answer.Body).Trim();
        return commit.Length is 40 or 64 && commit.All(char.IsAsciiHexDigitLower)
            ? commit
            : throw ProblemException.NotChecked("GitHub answers with no commit of the tag.", "Check --hostname, and proxies in between.");
    }

    private WebAnswer Ask(ReleaseName name, Uri address, string accept = GitHubApi.JsonType) => _api.Ask(address, name.Repository, accept)
        ?? throw ProblemException.NotChecked(
            $"{host.Name} has no such release{(_api.HasToken ? string.Empty : " that it shows without a token (GH_TOKEN)")}.",
            "Correct OWNER/REPO@TAG; a draft is no release yet.");
}

// What is read of the releases API; members that are not named are passed over.

internal sealed record GitHubRelease(long Id);

internal sealed record GitHubAsset([property: JsonRequired] string Name, string? Digest);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, AllowDuplicateProperties = false, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GitHubRelease))]
[JsonSerializable(typeof(IReadOnlyList<GitHubAsset?>))]
internal sealed partial class GitHubReleaseJsonContext : JsonSerializerContext;

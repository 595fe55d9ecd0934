using SigningAction.Agent.Pipelines;
using SigningAction.Evidence.Trust;

namespace SigningAction.Agent.Signing;

/// <summary>
/// GitHub's own instance, which <c>actions/attest</c> uses for private and internal repositories: a certificate authority and a timestamp authority, and no log of anything, so nothing
/// becomes public. Its trusted root is not built in (no package carries it): the caller gives it, or its TUF repository does.
/// </summary>
public static class GitHubInstance
{
    /// <summary>How a request names it in the place of an authority's URL.</summary>
    public const string Name = "github";

    /// <summary>The TUF repository whose target <c>trusted_root.json</c> is the root of github.com.</summary>
    public const string TufRepository = "https://tuf-repo.github.com";

    private const string GitHubCom = "github.com";
    private const string GitHubEnterpriseCloud = ".ghe.com";

    /// <summary>The services to use for the repositories of a server, as <c>@actions/attest</c> derives them.</summary>
    /// <param name="server"><c>GITHUB_SERVER_URL</c>; null is github.com.</param>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: the server has no such instance. A token must not go to a host that was made up from any name.</exception>
    public static SigningConfig Services(string? server)
    {
        var (authority, timestamps) = HostOf(server) switch
        {
            GitHubCom => ("https://fulcio.githubapp.com", "https://timestamp.githubapp.com"),
            var tenant => ($"https://fulcio.{tenant}", $"https://timestamp.{tenant}"),
        };
        var always = new Validity(DateTimeOffset.UnixEpoch);
        return SigningConfig.Create(
            new SigningService(authority, 1, always, Name), [], new SigningService(timestamps + "/api/v1/timestamp", 1, always, Name));
    }

    /// <summary>Whether the root of this server's instance is the one of <see cref="TufRepository"/>'s target; a tenant of GHE.com has a target of its own.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: the server has no such instance.</exception>
    public static bool IsGitHubCom(string? server) => HostOf(server) == GitHubCom;

    private static string HostOf(string? server)
    {
        if (server is null)
        {
            return GitHubCom;
        }

        return Uri.TryCreate(server, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.IsDefaultPort && (uri.Host == GitHubCom || IsTenant(uri.Host))
            ? uri.Host
            : throw new AgentException(
                AgentFault.Usage,
                $"authority is 'github', and {UntrustedText.OneLine(server)} (GITHUB_SERVER_URL) has no such instance: only github.com and GHE.com have. Give the URL of an authority of your own.");
    }

    /// <summary><c>NAME.ghe.com</c>.</summary>
    private static bool IsTenant(string host) => host.EndsWith(GitHubEnterpriseCloud, StringComparison.Ordinal)
        && host[..^GitHubEnterpriseCloud.Length] is { Length: > 0 } name && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}

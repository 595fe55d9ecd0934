namespace SigningAction.Verifier.Sources.GitHub;

/// <summary>One GitHub: github.com, a tenant of ghe.com, or an Enterprise Server.</summary>
/// <param name="Name">Its host name, lower case.</param>
internal sealed record GitHubHost(string Name)
{
    /// <summary>The public one.</summary>
    public static GitHubHost Public { get; } = new("github.com");

    private bool IsTenant => Name.EndsWith(".ghe.com", StringComparison.Ordinal);

    private bool IsServer => !IsTenant && Name != Public.Name;

    /// <summary>Where repositories and owners are, as certificates name them.</summary>
    public string Server => $"https://{Name}";

    /// <summary>Where the REST API is, with a slash at its end.</summary>
    public Uri Api => new(IsServer ? $"https://{Name}/api/v3/" : $"https://api.{Name}/");

    /// <summary>Issuer of its workflow tokens.</summary>
    public string Issuer => IsServer ? $"https://{Name}/_services/token"
        : IsTenant ? $"https://token.actions.{Name}"
        : "https://token.actions.githubusercontent.com";

    /// <summary>The token that <c>gh</c> would take from the environment for this host; null where there is none.</summary>
    public string? Token(Surroundings surroundings) => IsServer
        ? surroundings.NonEmpty("GH_ENTERPRISE_TOKEN") ?? surroundings.NonEmpty("GITHUB_ENTERPRISE_TOKEN")
        : surroundings.NonEmpty("GH_TOKEN") ?? surroundings.NonEmpty("GITHUB_TOKEN");

    /// <summary>Reads a host name.</summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public static GitHubHost Parse(string option, string name) =>
        Uri.CheckHostName(name) == UriHostNameType.Dns && name.Contains('.', StringComparison.Ordinal) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-')
            ? new GitHubHost(name.ToLowerInvariant())
            : throw ProblemException.Usage($"{option} is a host name, for example github.com or octo.ghe.com.");
}

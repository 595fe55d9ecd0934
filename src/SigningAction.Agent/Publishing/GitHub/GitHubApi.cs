using System.Net;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;

namespace SigningAction.Agent.Publishing.GitHub;

/// <summary>The REST API of one GitHub (github.com, GHE.com, GHES) for one repository, with the job's token, which goes to this host and its upload host alone.</summary>
public sealed class GitHubApi
{
    /// <summary>The version in which lists of attestations still hold the bundles; supported until March 2028 at least.</summary>
    private const string ApiVersion = "2022-11-28";

    private const string Json = "application/vnd.github+json";

    private readonly ServiceClient _services;
    private readonly ServiceAddress _api;
    private readonly string _token;

    /// <summary>An API for a repository.</summary>
    /// <param name="services">Sends.</param>
    /// <param name="api">For example <c>https://api.github.com</c>; GHES has <c>https://HOST/api/v3</c>.</param>
    /// <param name="server">Where people look at repositories.</param>
    /// <param name="repository"><c>owner/name</c>.</param>
    /// <param name="token">Secret; masked before it comes here.</param>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: the repository is no <c>owner/name</c>.</exception>
    public GitHubApi(ServiceClient services, ServiceAddress api, ServiceAddress server, string repository, string token)
    {
        var parts = repository.Split('/');
        if (parts.Length != 2 || !parts.All(IsName))
        {
            throw new AgentException(AgentFault.Usage, $"GITHUB_REPOSITORY is no OWNER/NAME: '{UntrustedText.OneLine(repository)}'.");
        }

        (_services, _api, Server, _token) = (services, api, server, token);
        (Owner, Repository) = (parts[0], repository);
    }

    /// <summary>Owner of the repository.</summary>
    public string Owner { get; }

    /// <summary><c>owner/name</c>.</summary>
    public string Repository { get; }

    /// <summary>Where people look at repositories.</summary>
    public ServiceAddress Server { get; }

    /// <summary>The API of the job that runs here.</summary>
    /// <param name="environment">Of the job: <c>GITHUB_API_URL</c>, <c>GITHUB_SERVER_URL</c>, <c>GITHUB_REPOSITORY</c>.</param>
    /// <param name="pipeline">Told to mask the token.</param>
    /// <param name="services">Sends.</param>
    /// <param name="token">The job's <c>GITHUB_TOKEN</c>.</param>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: a variable is missing or wrong.</exception>
    public static GitHubApi OfJob(AgentEnvironment environment, IPipeline pipeline, ServiceClient services, string? token)
    {
        if (string.IsNullOrWhiteSpace(token))
        {
            throw new AgentException(AgentFault.Usage, "Publishing to GitHub needs a token: give the input `github-token: ${{ github.token }}`, or the variable GITHUB_TOKEN.");
        }

        pipeline.Mask(token);
        return new GitHubApi(
            services,
            ServiceAddress.Parse(environment.Variable("GITHUB_API_URL") ?? "https://api.github.com", "the GitHub API (GITHUB_API_URL)"),
            ServiceAddress.Parse(environment.Variable("GITHUB_SERVER_URL") ?? "https://github.com", "GitHub (GITHUB_SERVER_URL)"),
            environment.Variable("GITHUB_REPOSITORY") ?? throw new AgentException(AgentFault.Usage, "GITHUB_REPOSITORY is not set, so there is no repository to publish to. Publishing to GitHub works in a job of GitHub Actions."),
            token.Trim());
    }

    /// <summary>A request to <paramref name="path"/> below the API's address, each segment escaped already.</summary>
    public ServiceRequest Request(HttpMethod method, string path, byte[]? body = null) => Request(method, _api.At(path), body, "application/json");

    /// <summary>A request that carries a file to the upload host.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.NotTheService"/>: the API names a host that the token may not go to.</exception>
    public ServiceRequest Upload(string uploadUrl, string name, byte[] body)
    {
        // RFC 6570 template: ".../assets{?name,label}".
        var template = uploadUrl.IndexOf('{', StringComparison.Ordinal);
        var text = template < 0 ? uploadUrl : uploadUrl[..template];
        if (!Uri.TryCreate($"{text}?name={Uri.EscapeDataString(name)}", UriKind.Absolute, out var address) || !IsUploadHost(address))
        {
            throw new AgentException(AgentFault.NotTheService, $"The GitHub API ({_api.Uri.GetLeftPart(UriPartial.Authority)}) names an upload address on another host, and a token is not sent there. Check GITHUB_API_URL.");
        }

        return Request(HttpMethod.Post, address, body, "application/json") with { Service = "the upload service of GitHub" };
    }

    /// <summary>Sends, within the run's budget.</summary>
    public Task<ServiceAnswer> SendAsync(ServiceRequest request, CancellationToken cancellation) => _services.SendAsync(request, cancellation);

    private ServiceRequest Request(HttpMethod method, Uri address, byte[]? body, string type) => new()
    {
        Service = "the GitHub API",
        Method = method,
        Address = address,
        Accept = Json,
        AnswerType = "application/json",
        Body = body,
        ContentType = body is null ? null : type,
        Bearer = _token,
        Headers = [("X-GitHub-Api-Version", ApiVersion)],
        Success = [HttpStatusCode.OK, HttpStatusCode.Created],
        Advice = "See githubstatus.com; what was signed is kept, and a rerun publishes only what is missing.",
    };

    /// <summary>uploads.github.com beside api.github.com, uploads.SUB.ghe.com beside api.SUB.ghe.com; GHES has both on one host.</summary>
    private bool IsUploadHost(Uri address) =>
        address.Scheme == _api.Uri.Scheme && address.Port == _api.Uri.Port
        && (address.Host == _api.Uri.Host
            || (_api.Uri.Host.StartsWith("api.", StringComparison.Ordinal) && address.Host == $"uploads.{_api.Uri.Host[4..]}"));

    private static bool IsName(string part) => part is not ("" or "." or "..") && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace SigningAction.Quickstart;

/// <summary>
/// Stands in for GitHub's OIDC service on loopback: it publishes a key and hands a job its token, with the claims that GitHub's tokens have.
/// Which workflow the job runs can be changed; everything else is one push to main of one repository.
/// </summary>
internal sealed class StandInGitHub : IAsyncDisposable
{
    public const string Repository = "octo-org/octo-app";
    public const string RepositoryId = "74";
    public const string OwnerId = "65";
    public const string ReleaseWorkflow = ".github/workflows/release.yml";

    private const string KeyId = "quickstart";
    private const string Ref = "refs/heads/main";
    private const string Commit = "1f2d3c4b5a69788796a5b4c3d2e1f00112233445";

    private readonly RSA _key = RSA.Create(2048);
    private readonly WebApplication _app;

    private StandInGitHub(WebApplication app) => _app = app;

    /// <summary>The issuer, <c>http://127.0.0.1:PORT</c>.</summary>
    public string Url { get; private set; } = string.Empty;

    /// <summary>The workflow file that the job runs.</summary>
    public string Workflow { get; set; } = ReleaseWorkflow;

    /// <summary>The variables that a runner gives a job with <c>id-token: write</c>.</summary>
    public Dictionary<string, string> JobVariables(string outputs) => new(StringComparer.Ordinal)
    {
        ["CI"] = "true",
        ["GITHUB_ACTIONS"] = "true",
        ["GITHUB_REPOSITORY"] = Repository,
        ["GITHUB_SERVER_URL"] = "https://github.com",
        ["GITHUB_OUTPUT"] = outputs,
        ["ACTIONS_ID_TOKEN_REQUEST_URL"] = $"{Url}/token?api-version=2.0",
        ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = RequestToken,
    };

    /// <summary>What only this job has, and must show to get its token.</summary>
    private string RequestToken { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public static async Task<StandInGitHub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var github = new StandInGitHub(app);
        app.MapGet("/.well-known/openid-configuration", () => Json(new JsonObject { ["issuer"] = github.Url, ["jwks_uri"] = $"{github.Url}/.well-known/jwks" }));
        app.MapGet("/.well-known/jwks", () => Json(github.KeySet()));
        app.MapGet("/token", (HttpRequest request) => request.Headers.Authorization == $"Bearer {github.RequestToken}"
            ? Json(new JsonObject { ["value"] = github.Token(request.Query["audience"].ToString()) })
            : Results.Unauthorized());
        await app.StartAsync();
        github.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return github;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
    }

    private static IResult Json(JsonObject json) => Results.Text(json.ToJsonString(), "application/json");

    private JsonObject KeySet()
    {
        var key = _key.ExportParameters(false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA",
                ["use"] = "sig",
                ["alg"] = "RS256",
                ["kid"] = KeyId,
                ["n"] = Base64Url.EncodeToString(key.Modulus),
                ["e"] = Base64Url.EncodeToString(key.Exponent),
            }),
        };
    }

    private string Token(string audience)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var owner = Repository[..Repository.IndexOf('/', StringComparison.Ordinal)];
        var workflow = $"{Repository}/{Workflow}@{Ref}";
        var claims = new JsonObject
        {
            ["iss"] = Url,
            ["aud"] = audience,
            ["sub"] = $"repo:{Repository}:ref:{Ref}",
            ["jti"] = Guid.NewGuid().ToString(),
            ["iat"] = now,
            ["nbf"] = now - 600,
            ["exp"] = now + 300,
            ["ref"] = Ref,
            ["ref_type"] = "branch",
            ["sha"] = Commit,
            ["repository"] = Repository,
            ["repository_id"] = RepositoryId,
            ["repository_owner"] = owner,
            ["repository_owner_id"] = OwnerId,
            ["repository_visibility"] = "public",
            ["run_id"] = "9001",
            ["run_number"] = "12",
            ["run_attempt"] = "1",
            ["actor"] = owner,
            ["actor_id"] = OwnerId,
            ["workflow"] = Path.GetFileNameWithoutExtension(Workflow),
            ["workflow_ref"] = workflow,
            ["workflow_sha"] = Commit,
            ["job_workflow_ref"] = workflow,
            ["job_workflow_sha"] = Commit,
            ["event_name"] = "push",
            ["head_ref"] = string.Empty,
            ["base_ref"] = string.Empty,
            ["runner_environment"] = "github-hosted",
        };
        var header = new JsonObject { ["alg"] = "RS256", ["typ"] = "JWT", ["kid"] = KeyId };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}

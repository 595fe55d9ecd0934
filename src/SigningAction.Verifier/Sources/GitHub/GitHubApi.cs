using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Network;
using HttpStatusCode = System.Net.HttpStatusCode;

namespace SigningAction.Verifier.Sources.GitHub;

/// <summary>
/// The REST API of one GitHub, read only. A token goes to the API's own host and nowhere else, and no redirect is followed: a repository that moved is a
/// finding.
/// </summary>
/// <param name="web">The network.</param>
/// <param name="host">Which GitHub.</param>
/// <param name="surroundings">Where the token is.</param>
/// <param name="permission">What a token must be allowed to read, as GitHub calls it: <c>attestations</c>.</param>
/// <param name="otherwise">What the reader may do instead, to go on from "Try again, or".</param>
internal sealed class GitHubApi(WebClient web, GitHubHost host, Surroundings surroundings, string permission, string otherwise)
{
    /// <summary>Items of one page, GitHub's most.</summary>
    public const int PageLength = 100;

    /// <summary>Media type of the API's JSON.</summary>
    public const string JsonType = "application/vnd.github+json";

    /// <summary>Whether there is a token: without one GitHub shows only what is public.</summary>
    public bool HasToken => host.Token(surroundings) is not null;

    /// <summary>The answer; null where there is nothing under the address.</summary>
    /// <param name="address">On the API's own server.</param>
    /// <param name="where">The repository or owner, for messages. Text of other people.</param>
    /// <param name="accept">Media type that is asked for.</param>
    /// <exception cref="ProblemException">GitHub did not say.</exception>
    public WebAnswer? Ask(Uri address, string where, string accept = JsonType)
    {
        var token = host.Token(surroundings);
        if (token?.Any(c => !char.IsAscii(c) || char.IsControl(c)) == true)
        {
            throw ProblemException.NotChecked("The token in the environment has characters that no token has.", "Set GH_TOKEN again, without a line end.");
        }

        var answer = web.Get(new WebRequest(address, "the GitHub API", SourceLimits.PageBytes)
        {
            Accept = accept,
            Authorization = token is null ? null : $"Bearer {token}",
            Headers = [new("X-GitHub-Api-Version", "2022-11-28")],
        });
        return answer.Status switch
        {
            HttpStatusCode.OK => answer,
            HttpStatusCode.NotFound => null,
            HttpStatusCode.Unauthorized => throw ProblemException.NotChecked(
                "GitHub refuses the token in the environment.", "Renew GH_TOKEN, or unset it for public repositories."),
            HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests => throw Limited(answer, token is not null),
            HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect => throw ProblemException.NotChecked(
                $"{host.Name} says that {PrintableText.Exact(where)} has moved.", "Ask for the repository or owner by its present name."),
            _ => throw ProblemException.NotChecked($"The GitHub API answers HTTP {(int)answer.Status}.", $"Try again, or {otherwise}."),
        };
    }

    /// <summary>Reads JSON of the API.</summary>
    /// <exception cref="ProblemException">It is none, or of another form.</exception>
    public static T Json<T>(WebAnswer answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, type) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw NotExpected(e);
        }
    }

    /// <summary>An answer of another form.</summary>
    public static ProblemException NotExpected(Exception? inner = null) =>
        ProblemException.NotChecked("The GitHub API answers with something that is not the expected JSON.", "Check --hostname, and proxies in between.", inner);

    private ProblemException Limited(WebAnswer answer, bool withToken)
    {
        if (answer.Header("x-ratelimit-remaining") != "0" && answer.Header("retry-after") is null && answer.Status != HttpStatusCode.TooManyRequests)
        {
            return ProblemException.NotChecked(
                $"GitHub does not let {(withToken ? "this token" : "anybody without a token")} read {permission} there.",
                $"Give a token with the permission {permission}: read (GH_TOKEN).");
        }

        var until = long.TryParse(answer.Header("x-ratelimit-reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253402300800
            ? $" until {DateTimeOffset.FromUnixTimeSeconds(seconds):u}" : string.Empty;
        return ProblemException.NotChecked(
            $"GitHub's rate limit is used up{until}.",
            withToken ? $"Wait until then, or {otherwise}." : "Set GH_TOKEN: without one there are 60 requests an hour for all who share this address.");
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Network;
using HttpStatusCode = System.Net.HttpStatusCode;

namespace SigningAction.Verifier.Sources.GitHub;

/// <summary>
/// Bundles that GitHub keeps for a repository or an owner, by the artifact's digest. Public ones are given to anybody. A token goes to the API's own host
/// and nowhere else: bundles lie on a storage host, with addresses that are secret enough.
/// </summary>
internal sealed class GitHubAttestations(WebClient web, GitHubQuery query, Surroundings surroundings) : IBundleSource
{
    private const int PageLength = 100;
    private const string Service = "the GitHub API";

    private string Where => query.Repository ?? query.Owner!;

    public IEnumerable<FoundBundle> Find(TargetArtifact target)
    {
        var found = new List<FoundBundle>();
        try
        {
            if (target.Artifact.Digest(query.DigestAlgorithm) is not { } digest)
            {
                return [];
            }

            var text = $"{query.DigestAlgorithm}:{Convert.ToHexStringLower(digest.Span)}";
            foreach (var address in Addresses(text))
            {
                if (TryFind(address, found))
                {
                    break;
                }
            }
        }
        catch (ProblemException e)
        {
            found.Add(new FoundBundle($"{query.Host.Api.IdnHost} ({Where})", null, e.Problem));
        }

        return found;
    }

    public string Nothing(TargetArtifact target) =>
        $"{query.Host.Name} has no attestation of it for {PrintableText.Exact(Where)}{(query.Host.Token(surroundings) is null ? " that it shows without a token (GH_TOKEN)" : string.Empty)}";

    /// <summary>An owner is an organisation or a user, and the API has a route for each.</summary>
    private IEnumerable<Uri> Addresses(string digest)
    {
        var type = query.PredicateType is { } predicate ? $"&predicate_type={Uri.EscapeDataString(predicate)}" : string.Empty;
        var rest = string.Create(CultureInfo.InvariantCulture, $"attestations/{digest}?per_page={Math.Min(query.Limit, PageLength)}{type}");
        if (query.Repository is { } repository)
        {
            return [new Uri(query.Host.Api, $"repos/{string.Join('/', repository.Split('/').Select(Uri.EscapeDataString))}/{rest}")];
        }

        var owner = Uri.EscapeDataString(query.Owner!);
        return [new Uri(query.Host.Api, $"orgs/{owner}/{rest}"), new Uri(query.Host.Api, $"users/{owner}/{rest}")];
    }

    /// <summary>False where there is nothing under the address.</summary>
    private bool TryFind(Uri address, List<FoundBundle> found)
    {
        Uri? next = address;
        for (var page = 0; next is not null && found.Count < query.Limit && page < SourceLimits.Pages; page++)
        {
            var answer = Ask(next);
            if (answer is null)
            {
                return page > 0;
            }

            var listed = Read(answer).Attestations ?? [];
            foreach (var attestation in listed.Take(query.Limit - found.Count))
            {
                found.Add(Bundle(attestation, found.Count + 1));
            }

            next = answer.Next(query.Host.Api);
        }

        return found.Count > 0;
    }

    private WebAnswer? Ask(Uri address)
    {
        var token = query.Host.Token(surroundings);
        if (token?.Any(c => !char.IsAscii(c) || char.IsControl(c)) == true)
        {
            throw ProblemException.NotChecked("The token in the environment has characters that no token has.", "Set GH_TOKEN again, without a line end.");
        }

        var answer = web.Get(new WebRequest(address, Service, SourceLimits.PageBytes)
        {
            Accept = "application/vnd.github+json",
            Authorization = token is null ? null : $"Bearer {token}",
            Headers = [new("X-GitHub-Api-Version", "2022-11-28")],
        });
        return answer.Status switch
        {
            HttpStatusCode.OK => answer,
            HttpStatusCode.NotFound => null,
            HttpStatusCode.Unauthorized => throw ProblemException.NotChecked("GitHub refuses the token in the environment.", "Renew GH_TOKEN, or unset it for public repositories."),
            HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests => throw Limited(answer, token is not null),
            HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect => throw ProblemException.NotChecked(
                $"{query.Host.Name} says that {PrintableText.Exact(Where)} has moved.", "Ask for the repository or owner by its present name."),
            _ => throw ProblemException.NotChecked($"The GitHub API answers HTTP {(int)answer.Status}.", "Try again, or download the bundle and give --bundle."),
        };
    }

    private static ProblemException Limited(WebAnswer answer, bool withToken)
    {
        if (answer.Header("x-ratelimit-remaining") != "0" && answer.Header("retry-after") is null && answer.Status != HttpStatusCode.TooManyRequests)
        {
            return ProblemException.NotChecked("GitHub does not let this token read attestations there.", "Give a token with the permission attestations: read (GH_TOKEN).");
        }

        var until = long.TryParse(answer.Header("x-ratelimit-reset"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 253402300800
            ? $" until {DateTimeOffset.FromUnixTimeSeconds(seconds):u}" : string.Empty;
        return ProblemException.NotChecked(
            $"GitHub's rate limit is used up{until}.",
            withToken ? "Wait until then, or verify with the bundles at hand: --bundle FILE." : "Set GH_TOKEN: without one there are 60 requests an hour for all who share this address.");
    }

    private static GitHubPage Read(WebAnswer answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, GitHubJsonContext.Default.GitHubPage) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw ProblemException.NotChecked("The GitHub API answers with something that is not the expected JSON.", "Check --hostname, and proxies in between.", e);
        }
    }

    /// <summary>The bundle in the answer is taken where there is one: it saves a request. Newer API versions have only the address.</summary>
    private FoundBundle Bundle(GitHubAttestation attestation, int number)
    {
        var origin = string.Create(CultureInfo.InvariantCulture, $"{query.Host.Api.IdnHost} ({Where}, attestation {number})");
        if (attestation.Bundle.ValueKind == JsonValueKind.Object)
        {
            return FoundBundle.Of(origin, JsonMarshal.GetRawUtf8Value(attestation.Bundle));
        }

        if (!Uri.TryCreate(attestation.BundleUrl, UriKind.Absolute, out var address) || !WebRequest.IsAllowed(address))
        {
            return new FoundBundle(origin, null, ProblemException.NotChecked("GitHub lists an attestation without a bundle or an address of one.", "Try again later.").Problem);
        }

        try
        {
            var answer = web.Get(new WebRequest(address, "GitHub's storage of bundles", Limits.BundleBytes));
            return answer.Status == HttpStatusCode.OK
                ? FoundBundle.Of(origin, SnappyBlock.Decompress(answer.Body, Limits.BundleBytes))
                : new FoundBundle(origin, null, ProblemException.NotChecked($"GitHub's storage of bundles answers HTTP {(int)answer.Status}.", "Try again.").Problem);
        }
        catch (EvidenceException e)
        {
            return new FoundBundle(origin, null, Problem.Of(e.Failure));
        }
        catch (ProblemException e)
        {
            return new FoundBundle(origin, null, e.Problem);
        }
    }
}

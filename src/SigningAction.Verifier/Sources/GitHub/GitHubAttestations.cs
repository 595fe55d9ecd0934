using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Network;
using HttpStatusCode = System.Net.HttpStatusCode;

namespace SigningAction.Verifier.Sources.GitHub;

/// <summary>
/// Bundles that GitHub keeps for a repository or an owner, by the artifact's digest. Public ones are given to anybody. Where bundles lie on a storage host, they have
/// addresses that are secret enough, and no token goes there.
/// </summary>
internal sealed class GitHubAttestations(WebClient web, GitHubQuery query, Surroundings surroundings) : IBundleSource
{
    private readonly GitHubApi _api = new(web, query.Host, surroundings, "attestations", "verify with the bundles at hand: --bundle FILE");

    private string Where => query.Repository ?? query.Owner!;

    public IEnumerable<FoundBundle> Find(TargetArtifact target)
    {
        var found = new List<FoundBundle>();
        var budget = new FetchBudget();
        try
        {
            if (target.Artifact.Digest(query.DigestAlgorithm) is not { } digest)
            {
                // Not the same as that there is none: it is not asked.
                throw ProblemException.NotChecked(
                    $"GitHub is to be asked by {query.DigestAlgorithm}, and of this artifact only the SHA-256 is known.", "Leave out --digest-alg, or give the file itself.");
            }

            var text = $"{query.DigestAlgorithm}:{Convert.ToHexStringLower(digest.Span)}";
            foreach (var address in Addresses(text))
            {
                if (TryFind(address, budget, found))
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
        $"{query.Host.Name} has no attestation of it for {PrintableText.Exact(Where)}{(!_api.HasToken ? " that it shows without a token (GH_TOKEN)" : string.Empty)}";

    /// <summary>An owner is an organisation or a user, and the API has a route for each.</summary>
    private IEnumerable<Uri> Addresses(string digest)
    {
        var type = query.PredicateType is { } predicate ? $"&predicate_type={Uri.EscapeDataString(predicate)}" : string.Empty;
        var rest = string.Create(CultureInfo.InvariantCulture, $"attestations/{digest}?per_page={Math.Min(query.Limit, GitHubApi.PageLength)}{type}");
        if (query.Repository is { } repository)
        {
            return [new Uri(query.Host.Api, $"repos/{string.Join('/', repository.Split('/').Select(Uri.EscapeDataString))}/{rest}")];
        }

        var owner = Uri.EscapeDataString(query.Owner!);
        return [new Uri(query.Host.Api, $"orgs/{owner}/{rest}"), new Uri(query.Host.Api, $"users/{owner}/{rest}")];
    }

    /// <summary>False where there is nothing under the address.</summary>
    private bool TryFind(Uri address, FetchBudget budget, List<FoundBundle> found)
    {
        Uri? next = address;
        for (var page = 0; next is not null && found.Count < query.Limit && page < SourceLimits.Pages; page++)
        {
            var answer = _api.Ask(next, Where);
            if (answer is null)
            {
                return page > 0;
            }

            var listed = GitHubApi.Json(answer, GitHubJsonContext.Default.GitHubPage).Attestations ?? [];
            foreach (var attestation in listed.Take(query.Limit - found.Count))
            {
                found.Add(Bundle(attestation ?? throw GitHubApi.NotExpected(), budget, found.Count + 1));
            }

            next = answer.Next(query.Host.Api);
        }

        return found.Count > 0;
    }

    /// <summary>The bundle in the answer is taken where there is one: it saves a request. Newer API versions have only the address.</summary>
    private FoundBundle Bundle(GitHubAttestation attestation, FetchBudget budget, int number)
    {
        var origin = string.Create(CultureInfo.InvariantCulture, $"{query.Host.Api.IdnHost} ({Where}, attestation {number})");
        if (attestation?.Bundle.ValueKind == JsonValueKind.Object)
        {
            return FoundBundle.Of(origin, budget.Take(JsonMarshal.GetRawUtf8Value(attestation.Bundle)));
        }

        if (!Uri.TryCreate(attestation?.BundleUrl, UriKind.Absolute, out var address) || !WebRequest.IsAllowed(address))
        {
            return new FoundBundle(origin, null, ProblemException.NotChecked("GitHub lists an attestation without a bundle or an address of one.", "Try again later.").Problem);
        }

        byte[] bundle;
        try
        {
            var answer = web.Get(new WebRequest(address, "GitHub's storage of bundles", Limits.BundleBytes));
            bundle = answer.Status == HttpStatusCode.OK
                ? SnappyBlock.Decompress(answer.Body, Limits.BundleBytes)
                : throw ProblemException.NotChecked($"GitHub's storage of bundles answers HTTP {(int)answer.Status}.", "Try again.");
        }
        catch (EvidenceException e)
        {
            return new FoundBundle(origin, null, Problem.Of(e.Failure));
        }
        catch (ProblemException e)
        {
            return new FoundBundle(origin, null, e.Problem);
        }

        return FoundBundle.Of(origin, budget.Take(bundle));
    }
}

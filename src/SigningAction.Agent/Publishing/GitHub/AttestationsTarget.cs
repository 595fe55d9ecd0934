using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Publishing.GitHub;

/// <summary>
/// The attestations of a repository (<c>POST /repos/OWNER/NAME/attestations</c>), where <c>gh attestation verify</c> looks. GitHub itself would store a repeat a
/// second time, so a repeat looks first.
/// </summary>
public sealed class AttestationsTarget(GitHubApi api) : IPublishingTarget
{
    /// <summary>Attestations that are looked through: the newest come first, and ours is minutes old.</summary>
    private const int Newest = 30;

    /// <summary>Its name.</summary>
    public const string TargetName = "GitHub attestations";

    /// <inheritdoc/>
    public string Name => TargetName;

    /// <inheritdoc/>
    public bool Optional => false;

    /// <inheritdoc/>
    public bool Takes(PublishableBundle bundle) => bundle.PredicateType is not null;

    /// <inheritdoc/>
    public async Task<Publication> PublishAsync(PublishableBundle bundle, CancellationToken cancellation)
    {
        if (await FindAsync(bundle, cancellation) is not null)
        {
            return new Publication(Name, bundle.Name, PublicationState.AlreadyThere) { Url = $"{Page}" };
        }

        byte[] body = [.. "{\"bundle\":"u8, .. bundle.Json.Span, (byte)'}'];
        var answer = await api.SendAsync(
            api.Request(HttpMethod.Post, $"repos/{api.Repository}/attestations", body) with { Arrived = stop => FindAsync(bundle, stop) }, cancellation);
        if (answer.Request.Method == HttpMethod.Get)
        {
            // The first try had arrived, and only its answer was lost: it is there, under a number that the list does not tell.
            return new Publication(Name, bundle.Name, PublicationState.Published) { Url = $"{Page}" };
        }

        RequireAccepted(answer);
        var id = answer.Json(GitHubJson.Default.CreatedAttestation).Id.ToString(CultureInfo.InvariantCulture);
        return new Publication(Name, bundle.Name, PublicationState.Published) { Id = id, Url = $"{Page}/{id}" };
    }

    private Uri Page => api.Server.At($"{api.Repository}/attestations");

    private static void RequireAccepted(ServiceAnswer answer)
    {
        if (answer.Status == HttpStatusCode.NotFound)
        {
            throw new AgentException(
                AgentFault.NotTheService,
                $"{answer.Request.Address.GetLeftPart(UriPartial.Authority)} has no attestations API for this repository: GitHub Enterprise Server has none, and private repositories need GitHub Enterprise Cloud. Attach the bundle to a release or keep it as a file.");
        }

        answer.RequireSuccess(answer.Status == HttpStatusCode.Forbidden
            ? "Check that the job has `permissions: attestations: write`."
            : "GitHub takes only bundles that it can verify: those of the public Sigstore instance or of its own. Bundles of another authority are published as files, release assets or in a registry.");
    }

    /// <summary>The list that holds the very same envelope signature; null where it is not there, or cannot be seen.</summary>
    private async Task<ServiceAnswer?> FindAsync(PublishableBundle bundle, CancellationToken cancellation)
    {
        if (bundle.Subjects.FirstOrDefault(s => s.Digests.ContainsKey("sha256")) is not { } subject)
        {
            return null;
        }

        var answer = await api.SendAsync(
            api.Request(HttpMethod.Get, $"repos/{api.Repository}/attestations/sha256:{subject.Digests["sha256"]}?per_page={Newest}"), cancellation);
        if (answer.Status != HttpStatusCode.OK)
        {
            // None, or no right to look: a second copy does no harm, no copy would.
            return null;
        }

        var signature = Bundle.Parse(bundle.Json.Span).Signature;
        return (answer.Json(GitHubJson.Default.AttestationList).Attestations ?? []).Any(a => a?.Bundle is { } found && IsSigned(found, signature.Span)) ? answer : null;
    }

    private static bool IsSigned(JsonElement found, ReadOnlySpan<byte> signature)
    {
        try
        {
            return found.ValueKind == JsonValueKind.Object && Bundle.Parse(Encoding.UTF8.GetBytes(found.GetRawText())).Signature.Span.SequenceEqual(signature);
        }
        catch (EvidenceException)
        {
            // Somebody else's bundle of a form that is not read here is not ours.
            return false;
        }
    }
}

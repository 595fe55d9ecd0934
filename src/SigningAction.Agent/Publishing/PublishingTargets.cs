using SigningAction.Agent.Commands;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Publishing.GitHub;
using SigningAction.Agent.Publishing.Registries;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Publishing;

/// <summary>Which places a request names. Files are not among them: they are written before anything is published.</summary>
public static class PublishingTargets
{
    /// <summary>The places, in the order in which the summary tells them.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: a place cannot be named, for example without a token.</exception>
    public static IReadOnlyList<IPublishingTarget> Of(SigningRequest request, AgentEnvironment environment, IPipeline pipeline, ServiceClient services)
    {
        var targets = new List<IPublishingTarget>();
        var token = request.GitHubToken ?? environment.Variable("GITHUB_TOKEN");
        var api = new Lazy<GitHubApi>(() => GitHubApi.OfJob(environment, pipeline, services, token));
        // GitHub verifies what it is sent, and knows no authority of anybody's own.
        if (request.Attest && request.Authority is PublicGood.Name or GitHubInstance.Name && environment.Variable("GITHUB_ACTIONS") is not null)
        {
            targets.Add(new AttestationsTarget(api.Value));
        }

        if (request.Release is { } tag)
        {
            targets.Add(new ReleaseTarget(api.Value, tag));
        }

        if (request.PushToRegistry)
        {
            if (token is not null)
            {
                pipeline.Mask(token);
            }

            var image = Image(request);
            targets.Add(new RegistryTarget(services, new RegistryCredentials(environment, pipeline, token), pipeline, image, environment.Time));
            if (request.CreateStorageRecord && token is not null && environment.Variable("GITHUB_ACTIONS") is not null)
            {
                targets.Add(new StorageRecordTarget(api.Value, image, request.SubjectVersion));
            }
        }

        return targets;
    }

    private static ImageReference Image(SigningRequest request)
    {
        const string Algorithm = "sha256:";
        return request.SubjectDigest?.StartsWith(Algorithm, StringComparison.Ordinal) == true && Sha256Digest.TryParseHex(request.SubjectDigest.AsSpan(Algorithm.Length), out var digest)
            ? ImageReference.Parse(request.SubjectName!, digest)
            : throw new AgentException(AgentFault.Usage, "push-to-registry needs the image's SHA-256 as subject-digest.");
    }
}

using SigningAction.Agent.Commands;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Publishing.GitHub;
using SigningAction.Agent.Publishing.Registries;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;

namespace SigningAction.Agent.Publishing;

/// <summary>Which places a request names. Files are not among them: they are written before anything is published.</summary>
public sealed class PublishingTargets
{
    private readonly SigningRequest _request;
    private readonly AgentEnvironment _environment;
    private readonly IPipeline _pipeline;
    private readonly ServiceClient _services;
    private readonly string? _token;
    private readonly Lazy<GitHubApi> _api;

    /// <summary>The places of <paramref name="request"/>.</summary>
    public PublishingTargets(SigningRequest request, AgentEnvironment environment, IPipeline pipeline, ServiceClient services)
    {
        (_request, _environment, _pipeline, _services) = (request, environment, pipeline, services);
        _token = request.GitHubToken ?? environment.Variable("GITHUB_TOKEN");
        _api = new Lazy<GitHubApi>(() => GitHubApi.OfJob(environment, pipeline, services, _token));
    }

    /// <summary>Those that take every bundle, whatever it is about.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: a place cannot be named, for example without a token.</exception>
    public IReadOnlyList<IPublishingTarget> OfEverything()
    {
        var targets = new List<IPublishingTarget>();

        // GitHub verifies what it is sent, and knows no authority of anybody's own.
        if (_request is { Attest: true, IsKnownToGitHub: true } && IsJob)
        {
            targets.Add(new AttestationsTarget(_api.Value));
        }

        if (_request.Release is { } tag)
        {
            targets.Add(new ReleaseTarget(_api.Value, tag));
        }

        return targets;
    }

    /// <summary>Those of each image, in the order in which the summary tells them: the registry that it is in, and its storage record.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: as above.</exception>
    public IReadOnlyList<IPublishingTarget> OfImages(IReadOnlyList<ImageReference> images)
    {
        if (images.Count > 0 && _token is not null)
        {
            _pipeline.Mask(_token);
        }

        var credentials = new RegistryCredentials(_environment, _pipeline, _token);
        var records = _request is { CreateStorageRecord: true, IsKnownToGitHub: true } && _token is not null && IsJob;
        var targets = new List<IPublishingTarget>();
        foreach (var image in images)
        {
            targets.Add(new RegistryTarget(_services, credentials, _pipeline, image, _environment.Time));
            if (records)
            {
                targets.Add(new StorageRecordTarget(_api.Value, image, _request.SubjectVersion));
            }
        }

        return targets;
    }

    private bool IsJob => _environment.Variable("GITHUB_ACTIONS") is not null;
}

using System.Globalization;
using System.Net;
using System.Text.Json;
using SigningAction.Agent.Publishing.Registries;

namespace SigningAction.Agent.Publishing.GitHub;

/// <summary>
/// GitHub's record of where an image is stored (<c>POST /orgs/ORG/artifacts/metadata/storage-record</c>). Only organisations have it, and only for images that have an
/// attestation; it is nothing to fail a run for. The same record again changes nothing.
/// </summary>
public sealed class StorageRecordTarget(GitHubApi api, ImageReference image, string? version = null) : IPublishingTarget
{
    /// <inheritdoc/>
    public string Name => $"storage record of {image}";

    /// <summary>One for all records: many images would be as many requests at once.</summary>
    public string Queue => "storage records";

    /// <inheritdoc/>
    public bool Optional => true;

    /// <inheritdoc/>
    public bool Takes(PublishableBundle bundle) => bundle.PredicateType is not null && bundle.IsAbout(image.Digest);

    /// <inheritdoc/>
    public async Task<Publication> PublishAsync(PublishableBundle bundle, CancellationToken cancellation)
    {
        var record = new GitHubWire.StorageRecord(
            $"{image.Host}/{image.Repository}", $"sha256:{image.Digest}", version, $"https://{image.Host}", null, image.Repository, api.Repository[(api.Owner.Length + 1)..], "active");
        var answer = await api.SendAsync(
            api.Request(
                HttpMethod.Post,
                $"orgs/{api.Owner}/artifacts/metadata/storage-record",
                JsonSerializer.SerializeToUtf8Bytes(record, GitHubJson.Default.StorageRecord)),
            cancellation);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            throw new AgentException(AgentFault.RefusedByService, $"'{api.Owner}' keeps no storage records: only organisations do, and the job needs `permissions: artifact-metadata: write`.");
        }

        answer.RequireSuccess("Check that the job has `permissions: artifact-metadata: write`, and that the attestation was published.");
        var ids = (answer.Json(GitHubJson.Default.StoredRecords).StorageRecords ?? []).OfType<GitHubWire.StoredRecord>().Select(r => r.Id.ToString(CultureInfo.InvariantCulture));
        return new Publication(Name, bundle.Name, PublicationState.Published) { Id = string.Join(',', ids) };
    }
}

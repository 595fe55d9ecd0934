using System.Text.Json;

namespace SigningAction.Agent.Publishing.GitHub;

/// <summary>What GitHub's API sends and takes, as far as it is read or written here.</summary>
internal static class GitHubWire
{
    internal sealed record CreatedAttestation(long Id);

    internal sealed record AttestationList(IReadOnlyList<ListedAttestation?>? Attestations);

    internal sealed record ListedAttestation(JsonElement? Bundle);

    internal sealed record Release(long Id, string? TagName, bool Draft, bool Immutable, string? UploadUrl);

    internal sealed record Asset(long Id, string? Name, string? State, long Size, string? Digest);

    internal sealed record StoredRecords(IReadOnlyList<StoredRecord?>? StorageRecords);

    internal sealed record StoredRecord(long Id);

    internal sealed record StorageRecord(
        string Name, string Digest, string? Version, string RegistryUrl, string? ArtifactUrl, string? Repository, string GithubRepository, string Status);
}

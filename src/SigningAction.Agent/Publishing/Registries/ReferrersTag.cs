using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Publishing.Registries;

/// <summary>
/// The fallback of registries without a referrers API: a tag <c>sha256-HEX</c> that names an index of all referrers (OCI distribution specification 1.1, "Referrers tag
/// schema"). Everybody rewrites the whole index, so two writers can lose each other's line: a conditional PUT prevents it where the registry has ETags, and reading it
/// again finds it where not.
/// </summary>
internal sealed class ReferrersTag(Registry registry, ImageReference image, TimeProvider time)
{
    /// <summary>With a hundred jobs at one tag, each round at least one gets through, and the jitter spreads them.</summary>
    private const int Rounds = 20;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Adds a line to the index unless it is there.</summary>
    /// <exception cref="AgentException">The tag holds something else, is refused, or changed in every round.</exception>
    public async Task AddAsync(RegistryWire.Descriptor referrer, CancellationToken cancellation)
    {
        var address = registry.At($"manifests/sha256-{image.Digest}");
        for (var round = 1; round <= Rounds; round++)
        {
            var (index, etag) = await ReadAsync(address, cancellation);
            var manifests = index["manifests"]!.AsArray();
            if (manifests.Any(m => m is JsonObject line && line["digest"] is JsonValue digest && digest.TryGetValue<string>(out var listed) && listed == referrer.Digest))
            {
                return;
            }

            manifests.Add(JsonSerializer.SerializeToNode(referrer, RegistryJson.Default.Descriptor));
            var body = System.Text.Encoding.UTF8.GetBytes(index.ToJsonString());
            (string, string)[] condition = etag is null ? [] : [("If-Match", etag)];
            var put = await registry.SendAsync(HttpMethod.Put, address, cancellation, body: body, contentType: RegistryTarget.IndexType, headers: condition);
            if (put.Status is not (HttpStatusCode.Created or HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict))
            {
                throw registry.Refused(put, "write");
            }

            // Whether it was refused, taken, or taken and overwritten by somebody who had read before: the next round sees.
            if (put.Status != HttpStatusCode.Created)
            {
                await Task.Delay(LongestPause * ((double)round / Rounds) * (RandomNumberGenerator.GetInt32(1000) / 1000.0), time, cancellation);
            }
        }

        throw new AgentException(
            AgentFault.ServiceUnavailable,
            $"The list of what refers to sha256:{image.Digest} in {registry.Host} was changed by others each of the {Rounds} times that this run added to it. The bundle is in the registry; run again to list it.");
    }

    private async Task<(JsonObject Index, string? ETag)> ReadAsync(Uri address, CancellationToken cancellation)
    {
        var answer = await registry.SendAsync(HttpMethod.Get, address, cancellation, RegistryTarget.IndexType);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return (new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = RegistryTarget.IndexType, ["manifests"] = new JsonArray() }, null);
        }

        if (answer.Status != HttpStatusCode.OK)
        {
            throw registry.Refused(answer, "read");
        }

        try
        {
            // Kept as it is, unknown members and all: lines of other programs are theirs.
            if (JsonNode.Parse(answer.Body.Span, null, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = Limits.JsonDepth }) is JsonObject index
                && index["manifests"] is JsonArray)
            {
                return (index, answer.Header("ETag"));
            }
        }
        catch (JsonException e)
        {
            throw NoIndex(answer, e);
        }

        throw NoIndex(answer);
    }

    private AgentException NoIndex(ServiceAnswer answer, Exception? inner = null) =>
        answer.NotTheService($"holds something under the tag sha256-{image.Digest} that is no index of referrers, and it is not overwritten", inner);
}

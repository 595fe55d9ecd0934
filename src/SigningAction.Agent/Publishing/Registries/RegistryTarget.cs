using System.Globalization;
using System.Net;
using System.Text.Json;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Publishing.Registries;

/// <summary>
/// Attaches bundles to an image as artifacts that refer to it, as cosign and actions/attest do (cosign's BUNDLE_SPEC; OCI distribution specification 1.1, "Pushing
/// manifests with subject"). The artifact's manifest follows from the bundle alone, so attaching it again is the same manifest.
/// </summary>
public sealed class RegistryTarget : IPublishingTarget
{
    internal const string ManifestType = "application/vnd.oci.image.manifest.v1+json";
    internal const string IndexType = "application/vnd.oci.image.index.v1+json";

    private const string ImageTypes =
        $"{IndexType}, {ManifestType}, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

    private static readonly byte[] EmptyConfig = "{}"u8.ToArray();

    private readonly ImageReference _image;
    private readonly Registry _registry;
    private readonly ReferrersTag _tag;

    /// <summary>Attaches to <paramref name="image"/>.</summary>
    /// <param name="services">Sends.</param>
    /// <param name="credentials">Where log-ins are found.</param>
    /// <param name="pipeline">Told to mask them.</param>
    /// <param name="image">Image or multi-arch index.</param>
    /// <param name="time">Clock and timers.</param>
    public RegistryTarget(ServiceClient services, RegistryCredentials credentials, IPipeline pipeline, ImageReference image, TimeProvider time)
    {
        _image = image;
        _registry = new Registry(services, credentials, pipeline, image);
        _tag = new ReferrersTag(_registry, image, time);
    }

    /// <inheritdoc/>
    public string Name => _image.ToString();

    /// <inheritdoc/>
    public bool Optional => false;

    /// <inheritdoc/>
    public bool Takes(PublishableBundle bundle) => bundle.IsAbout(_image.Digest);

    /// <inheritdoc/>
    public async Task<Publication> PublishAsync(PublishableBundle bundle, CancellationToken cancellation)
    {
        var manifest = JsonSerializer.SerializeToUtf8Bytes(Manifest(bundle, await SubjectAsync(cancellation)), RegistryJson.Default.Manifest);
        var digest = $"sha256:{Sha256Digest.Of(manifest)}";
        var descriptor = new RegistryWire.Descriptor(ManifestType, digest, manifest.Length, Bundle.MediaType, Annotations(bundle));
        var address = _registry.At($"manifests/{digest}");
        var there = (await _registry.SendAsync(HttpMethod.Head, address, cancellation, ManifestType)).Status == HttpStatusCode.OK;
        if (!there)
        {
            await PutBlobAsync(EmptyConfig, cancellation);
            await PutBlobAsync(bundle.Json.ToArray(), cancellation);
            var put = await _registry.SendAsync(HttpMethod.Put, address, cancellation, body: manifest, contentType: ManifestType);
            if (put.Status != HttpStatusCode.Created)
            {
                throw _registry.Refused(put, "write");
            }
        }

        // A registry may say that it knows subjects and have no list of them all the same, so the list itself is asked for.
        if (!await IsListedAsync(digest, cancellation))
        {
            await _tag.AddAsync(descriptor, cancellation);
        }

        return new Publication(Name, bundle.Name, there ? PublicationState.AlreadyThere : PublicationState.Published) { Id = digest };
    }

    private static Dictionary<string, string> Annotations(PublishableBundle bundle)
    {
        // The time is the bundle's own, not the clock's: attached twice it is the same manifest.
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["org.opencontainers.image.created"] = bundle.SignedAt.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["dev.sigstore.bundle.content"] = bundle.PredicateType is null ? "message-signature" : "dsse-envelope",
        };
        if (bundle.PredicateType is { } predicate)
        {
            annotations["dev.sigstore.bundle.predicateType"] = predicate;
        }

        return annotations;
    }

    private static RegistryWire.Manifest Manifest(PublishableBundle bundle, RegistryWire.Descriptor subject) => new(
        2,
        ManifestType,
        Bundle.MediaType,
        new RegistryWire.Descriptor("application/vnd.oci.empty.v1+json", $"sha256:{Sha256Digest.Of(EmptyConfig)}", EmptyConfig.Length),
        [new RegistryWire.Descriptor(Bundle.MediaType, $"sha256:{bundle.Digest}", bundle.Json.Length)],
        subject,
        Annotations(bundle));

    /// <summary>The image as the registry holds it: its type and size belong into the manifest, and its bytes must have the digest.</summary>
    private async Task<RegistryWire.Descriptor> SubjectAsync(CancellationToken cancellation)
    {
        var answer = await _registry.SendAsync(HttpMethod.Get, _registry.At($"manifests/sha256:{_image.Digest}"), cancellation, ImageTypes);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            throw new AgentException(AgentFault.Usage, $"{UntrustedText.OneLine(_image.ToString())} is not in the registry: push the image before it is attested, and give the digest that the push printed.");
        }

        if (answer.Status != HttpStatusCode.OK)
        {
            throw _registry.Refused(answer, "read");
        }

        return Sha256Digest.Of(answer.Body.Span) == _image.Digest && ImageTypes.Split(", ").Contains(answer.MediaType)
            ? new RegistryWire.Descriptor(answer.MediaType, $"sha256:{_image.Digest}", answer.Body.Length)
            : throw new AgentException(AgentFault.AnswerForAnother, $"The registry {_registry.Host} answers with another manifest than {UntrustedText.OneLine(_image.ToString())}. Nothing was attached.");
    }

    private async Task PutBlobAsync(byte[] content, CancellationToken cancellation)
    {
        var digest = $"sha256:{Sha256Digest.Of(content)}";
        if ((await _registry.SendAsync(HttpMethod.Head, _registry.At($"blobs/{digest}"), cancellation)).Status == HttpStatusCode.OK)
        {
            return;
        }

        var begun = await _registry.SendAsync(HttpMethod.Post, _registry.At("blobs/uploads/"), cancellation, body: []);
        if (begun.Status != HttpStatusCode.Accepted || begun.Header("Location") is not { } location || !Uri.TryCreate(begun.Request.Address, location, out var upload))
        {
            throw _registry.Refused(begun, "write");
        }

        var address = ServiceAddress.Parse(upload.ToString(), $"the upload that {_registry.Host} opened").Uri;
        var put = await _registry.SendAsync(
            HttpMethod.Put,
            new Uri($"{address}{(address.Query.Length == 0 ? '?' : '&')}digest={Uri.EscapeDataString(digest)}"),
            cancellation,
            body: content,
            contentType: "application/octet-stream");
        if (put.Status != HttpStatusCode.Created)
        {
            throw _registry.Refused(put, "write");
        }
    }

    /// <summary>Whether the referrers API lists it; a registry without that API needs the tag.</summary>
    private async Task<bool> IsListedAsync(string digest, CancellationToken cancellation)
    {
        var answer = await _registry.SendAsync(
            HttpMethod.Get, _registry.At($"referrers/sha256:{_image.Digest}?artifactType={Uri.EscapeDataString(Bundle.MediaType)}"), cancellation, IndexType);
        return answer.Status == HttpStatusCode.OK && answer.MediaType == IndexType
            && (answer.Header("Link") is not null || answer.Json(RegistryJson.Default.ReferrersIndex).Manifests?.Any(m => m?.Digest == digest) == true);
    }
}

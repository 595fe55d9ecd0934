using System.Globalization;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Network;

namespace SigningAction.Verifier.Sources.Oci;

/// <summary>
/// Bundles that are attached to an image in its registry: by the referrers API, or where the registry has none by the fallback tag (distribution-spec).
/// Signatures under cosign's old tags (<c>.sig</c>, <c>.att</c>) are no bundles.
/// </summary>
internal sealed class ImageBundles(RegistryClient registry, int limit) : IBundleSource
{
    private const string BundleType = "application/vnd.dev.sigstore.bundle";

    public IEnumerable<FoundBundle> Find(TargetArtifact target)
    {
        if (target.Target.Image is not { } image || target.KnownSha256 is not { } sha256)
        {
            return [];
        }

        var found = new List<FoundBundle>();
        var budget = new FetchBudget();
        var digest = $"{TargetArtifact.DigestPrefix}{sha256}";
        try
        {
            foreach (var descriptor in Referrers(image, digest).Where(IsBundle).Take(limit).TakeWhile(_ => found.Count < limit && !budget.IsSpent))
            {
                Fetch(image, digest, descriptor, budget, found);
            }
        }
        catch (ProblemException e)
        {
            found.Add(new FoundBundle(image.ToString(), null, e.Problem));
        }

        return found;
    }

    /// <summary>What is wrong with one referrer is told in its place: whoever may attach one must not be able to hide the others.</summary>
    private void Fetch(ImageReference image, string digest, OciDescriptor descriptor, FetchBudget budget, List<FoundBundle> found)
    {
        var origin = string.Create(CultureInfo.InvariantCulture, $"{ImageReference.Scheme}{image.Host}/{image.Repository}@{descriptor.Digest}");
        try
        {
            foreach (var layer in Layers(image, digest, descriptor).Take(limit - found.Count))
            {
                found.Add(FoundBundle.Of(origin, budget.Take(registry.Blob(image, layer.Digest!, Limits.BundleBytes))));
            }
        }
        catch (ProblemException e) when (!e.IsOfTransport)
        {
            found.Add(new FoundBundle(origin, null, e.Problem));
        }
    }

    public string Nothing(TargetArtifact target) => target.Target.Image is { } image
        ? $"the registry {image.Host} has no bundle attached to it"
        : "only an image (oci://…) has bundles in a registry";

    // A registry that does not filter lists everything; one that does not know artifact types states none, and the manifest's layers tell.
    private static bool IsBundle(OciDescriptor descriptor) =>
        string.IsNullOrEmpty(descriptor.ArtifactType) || descriptor.ArtifactType.StartsWith(BundleType, StringComparison.Ordinal);

    private IEnumerable<OciDescriptor> Referrers(ImageReference image, string digest)
    {
        var filter = Uri.EscapeDataString($"{BundleType}.v0.3+json");
        var page = registry.Page(image, new Uri(image.Base, $"referrers/{digest}?artifactType={filter}"));
        if (page is null)
        {
            var fallback = registry.Manifest(image, digest.Replace(':', '-'));
            return fallback is null ? [] : Listed(image, fallback);
        }

        return Pages(image, page);
    }

    private IEnumerable<OciDescriptor> Pages(ImageReference image, WebAnswer first)
    {
        WebAnswer? page = first;
        for (var number = 0; page is not null && number < SourceLimits.Pages; number++)
        {
            foreach (var descriptor in Listed(image, page.Body))
            {
                yield return descriptor;
            }

            page = page.Next(image.Base) is { } next ? registry.Page(image, next) : null;
        }
    }

    private static IReadOnlyList<OciDescriptor> Listed(ImageReference image, byte[] index) =>
        RegistryClient.Members(image, RegistryClient.Json(image, index, OciJsonContext.Default.OciIndex).Manifests);

    private IEnumerable<OciDescriptor> Layers(ImageReference image, string digest, OciDescriptor descriptor)
    {
        if (!RegistryClient.IsDigest(descriptor.Digest) || registry.Manifest(image, descriptor.Digest!) is not { } bytes)
        {
            return [];
        }

        var manifest = RegistryClient.Json(image, bytes, OciJsonContext.Default.OciManifest);
        var layers = manifest.Subject is { } subject && subject.Digest != digest ? [] : RegistryClient.Members(image, manifest.Layers);
        return layers.Where(layer => layer.MediaType?.StartsWith(BundleType, StringComparison.Ordinal) == true && RegistryClient.IsDigest(layer.Digest));
    }
}

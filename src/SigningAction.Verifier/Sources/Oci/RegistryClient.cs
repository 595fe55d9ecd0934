using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Network;
using HttpStatusCode = System.Net.HttpStatusCode;

namespace SigningAction.Verifier.Sources.Oci;

/// <summary>
/// Reads from registries (distribution-spec). What is asked for by digest is what has that digest, whoever answers; a token is asked for where the registry
/// wants one, anonymously unless Docker's configuration knows better. Safe for concurrent use.
/// </summary>
internal sealed class RegistryClient(WebClient web, RegistryCredentials credentials)
{
    private const string Service = "the registry";
    private const string Manifests =
        "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.list.v2+json, "
            + "application/vnd.docker.distribution.manifest.v2+json";

    /// <summary>Blobs lie behind a redirect to storage, and that behind another.</summary>
    private const int Redirects = 5;

    private readonly ConcurrentDictionary<Uri, string> _authorizations = new();

    /// <summary>A manifest or index by digest or tag, as it was pushed; null where there is none.</summary>
    public byte[]? Manifest(ImageReference image, string reference)
    {
        var answer = Get(image, new Uri(image.Base, $"manifests/{reference}"), Manifests, SourceLimits.ManifestBytes);
        return answer is null ? null : Checked(answer.Body, reference);
    }

    /// <summary>A blob by digest.</summary>
    public byte[] Blob(ImageReference image, string digest, int most)
    {
        var answer = Get(image, new Uri(image.Base, $"blobs/{digest}"), "*/*", most) ?? throw Faulty(image, "does not have a blob that its manifest names");
        return Checked(answer.Body, digest);
    }

    /// <summary>A page of an API; null where there is none.</summary>
    public WebAnswer? Page(ImageReference image, Uri address) => Get(image, address, Manifests, SourceLimits.ManifestBytes);

    /// <summary>Reads JSON of a registry.</summary>
    public static T Json<T>(ImageReference image, ReadOnlySpan<byte> utf8, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, type) ?? throw Faulty(image, "answers with an empty document");
        }
        catch (JsonException e)
        {
            throw Faulty(image, "answers with something that is not the expected JSON", e);
        }
    }

    /// <summary>The members of a list, none of them null; empty where there is no list.</summary>
    public static IReadOnlyList<OciDescriptor> Members(ImageReference image, IReadOnlyList<OciDescriptor?>? list) =>
        list is null ? [] : [.. list.Select(item => item ?? throw Faulty(image, "answers with a list that has a null"))];

    /// <summary>The digest of bytes, in the form of a registry.</summary>
    public static string DigestOf(ReadOnlySpan<byte> bytes) => $"{TargetArtifact.DigestPrefix}{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    /// <summary>Whether a digest is one that can be checked. Others are never asked for: they go into addresses.</summary>
    public static bool IsDigest(string? digest) =>
        digest is not null && digest.StartsWith(TargetArtifact.DigestPrefix, StringComparison.Ordinal)
        && digest.Length == TargetArtifact.DigestPrefix.Length + (2 * Sha256Digest.Size)
        && digest.Skip(TargetArtifact.DigestPrefix.Length).All(char.IsAsciiHexDigitLower);

    private WebAnswer? Get(ImageReference image, Uri address, string accept, int most)
    {
        var isHome = WebRequest.IsSameServer(address, image.Base);
        var request = new WebRequest(address, Service, most)
        {
            Accept = accept,
            Redirects = Redirects,
            Authorization = isHome ? _authorizations.GetValueOrDefault(image.Base) : null,
        };
        var answer = web.Get(request);

        // Whoever stands at the end of a redirect may not say where the registry's secrets go.
        if (answer.Status == HttpStatusCode.Unauthorized && isHome && WebRequest.IsSameServer(answer.Address, image.Base) && Authorize(image, answer) is { } authorization)
        {
            _authorizations[image.Base] = authorization;
            answer = web.Get(request with { Authorization = authorization });
        }

        return answer.Status switch
        {
            HttpStatusCode.OK => answer,
            HttpStatusCode.NotFound => null,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw ProblemException.NotChecked(
                $"The registry {image.Host} does not let this user read {image.Repository}.",
                "Log in with docker login (credential helpers are not run), or save the bundle and give --bundle."),
            HttpStatusCode.TooManyRequests => throw ProblemException.NotChecked($"The registry {image.Host} asks for fewer requests.", "Wait, or log in with docker login."),
            _ => throw Faulty(image, $"answers HTTP {(int)answer.Status}"),
        };
    }

    /// <summary>What to send instead, by the registry's challenge (distribution-spec, token authentication); null where it cannot be met.</summary>
    private string? Authorize(ImageReference image, WebAnswer refused)
    {
        var basic = credentials.BasicFor(image) is { } secret ? $"Basic {secret}" : null;
        var challenge = refused.Header("WWW-Authenticate") ?? string.Empty;
        if (!challenge.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return basic;
        }

        if (Parameter(challenge, "realm") is not { } realm || !Uri.TryCreate(realm, UriKind.Absolute, out var address))
        {
            return null;
        }

        var query = $"scope={Uri.EscapeDataString($"repository:{image.Repository}:pull")}";
        query = Parameter(challenge, "service") is { } service ? $"service={Uri.EscapeDataString(service)}&{query}" : query;
        if (!Uri.TryCreate($"{address.GetLeftPart(UriPartial.Path)}{(address.Query.Length > 1 ? $"{address.Query}&" : "?")}{query}", UriKind.Absolute, out var whole))
        {
            return null;
        }

        var answer = web.Get(new WebRequest(whole, "the registry's token service", SourceLimits.TokenBytes) { Authorization = basic });
        if (answer.Status != HttpStatusCode.OK)
        {
            return null;
        }

        var token = Json(image, answer.Body, OciJsonContext.Default.OciToken);
        return (token.Token ?? token.AccessToken) is { Length: > 0 } value && !value.Any(char.IsControl) ? $"Bearer {value}" : null;
    }

    private static string? Parameter(string challenge, string name)
    {
        var begin = challenge.IndexOf(name + "=\"", StringComparison.OrdinalIgnoreCase);
        if (begin < 0)
        {
            return null;
        }

        begin += name.Length + 2;
        var end = challenge.IndexOf('"', begin);
        return end < 0 ? null : challenge[begin..end];
    }

    private static byte[] Checked(byte[] bytes, string reference) =>
        !reference.StartsWith(TargetArtifact.DigestPrefix, StringComparison.Ordinal) || DigestOf(bytes) == reference
            ? bytes
            : throw ProblemException.NotChecked($"A registry answers {reference} with bytes of another digest.", "Try again; if it stays so, do not use that registry.");

    private static ProblemException Faulty(ImageReference image, string how, Exception? inner = null) =>
        ProblemException.NotChecked($"The registry {image.Host} {how}.", "Check the image's name and whether the registry is the one that was meant.", inner);
}

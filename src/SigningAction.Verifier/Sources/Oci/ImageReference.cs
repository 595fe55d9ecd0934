using System.Globalization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Sources.Oci;

/// <summary>
/// An image in a registry: <c>oci://[HOST/]NAME[:TAG][@sha256:DIGEST]</c> (distribution-spec; without a host Docker Hub, as <c>docker</c> does). Where a digest is
/// given it is what counts, and a tag beside it is passed over.
/// </summary>
/// <param name="Host">Host and port of the registry, as they are asked.</param>
/// <param name="Repository">Name of the repository in it.</param>
/// <param name="Tag">Tag; null where a digest is given.</param>
/// <param name="Digest">SHA-256 of the manifest; null where only a tag is given.</param>
internal sealed record ImageReference(string Host, string Repository, string? Tag, Sha256Digest? Digest)
{
    /// <summary>What a reference begins with.</summary>
    public const string Scheme = "oci://";

    private const string DockerHub = "registry-1.docker.io";
    private const string DefaultTag = "latest";
    private const int RepositoryCharacters = 255;
    private const int TagCharacters = 128;

    /// <summary>Where the registry is: plain HTTP only on this very machine.</summary>
    public Uri Base => new($"{(IsThisMachine ? Uri.UriSchemeHttp : Uri.UriSchemeHttps)}://{Host}/v2/{Repository}/");

    /// <summary>The keys under which Docker's configuration may know the registry.</summary>
    public IReadOnlyList<string> CredentialKeys => Host == DockerHub
        ? ["https://index.docker.io/v1/", "index.docker.io", "docker.io", Host]
        : [Host, $"https://{Host}", $"https://{Host}/"];

    private bool IsThisMachine => Host.Split(':')[0] is "localhost" or "127.0.0.1";

    /// <summary>Reads a reference.</summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public static ImageReference Parse(string text)
    {
        var name = text[Scheme.Length..];
        Sha256Digest? digest = null;
        if (name.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            digest = name.AsSpan(at + 1).StartsWith(TargetArtifact.DigestPrefix, StringComparison.Ordinal) ? TargetArtifact.ParseDigest(name[(at + 1)..]) : throw Refused(text);
            name = name[..at];
        }

        var slash = name.IndexOf('/', StringComparison.Ordinal);
        var host = slash > 0 && (name.AsSpan(0, slash).IndexOfAny('.', ':') >= 0 || name[..slash] == "localhost") ? name[..slash] : null;
        var repository = host is null ? name : name[(slash + 1)..];
        string? tag = null;
        if (repository.LastIndexOf(':') is var colon and >= 0)
        {
            (tag, repository) = (repository[(colon + 1)..], repository[..colon]);
        }

        if (host is null or "docker.io" or "index.docker.io")
        {
            (host, repository) = (DockerHub, repository.Contains('/', StringComparison.Ordinal) ? repository : "library/" + repository);
        }

        return IsHost(host) && IsRepository(repository) && (tag is null || IsTag(tag))
            ? new ImageReference(host, repository, digest is null ? tag ?? DefaultTag : null, digest)
            : throw Refused(text);
    }

    /// <inheritdoc/>
    public override string ToString() => Digest is { } digest ? $"{Scheme}{Host}/{Repository}@{TargetArtifact.DigestPrefix}{digest}" : $"{Scheme}{Host}/{Repository}:{Tag}";

    private static bool IsHost(string host)
    {
        var parts = host.Split(':');
        return parts.Length <= 2 && parts[0].Length > 0 && parts[0].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-')
            && (parts.Length == 1 || (ushort.TryParse(parts[1], NumberStyles.None, null, out var port) && port > 0 && parts[1].Length <= 5));
    }

    // Stricter than the grammar on runs of separators would be pointless: the registry answers 404. What matters is that no part can climb.
    private static bool IsRepository(string repository) =>
        repository.Length is > 0 and <= RepositoryCharacters && repository.Split('/').All(part =>
            part.Length > 0 && char.IsAsciiLetterOrDigit(part[0]) && char.IsAsciiLetterOrDigit(part[^1])
            && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-'));

    private static bool IsTag(string tag) =>
        tag.Length is > 0 and <= TagCharacters && tag[0] is not ('.' or '-') && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static ProblemException Refused(string text) =>
        ProblemException.Usage($"Not an image reference of the form {Scheme}HOST/NAME@sha256:DIGEST or {Scheme}HOST/NAME:TAG: {PrintableText.Exact(text)}");
}

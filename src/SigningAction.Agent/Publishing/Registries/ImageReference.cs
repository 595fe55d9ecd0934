using System.Net;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Publishing.Registries;

/// <summary>One image (manifest or multi-arch index) in a registry, by digest: <c>ghcr.io/octo/app@sha256:…</c>. A tag is no reference: it can move.</summary>
public sealed record ImageReference
{
    private const string DockerHub = "docker.io";

    private ImageReference(string host, string repository, Sha256Digest digest) => (Host, Repository, Digest) = (host, repository, digest);

    /// <summary>Registry as people write it, with a port where it has one.</summary>
    public string Host { get; }

    /// <summary>Name of the repository in the registry.</summary>
    public string Repository { get; }

    /// <summary>Digest of the manifest or index.</summary>
    public Sha256Digest Digest { get; }

    /// <summary>Where its API is.</summary>
    public ServiceAddress Api { get; private init; } = null!;

    /// <summary>Reads a name without a digest (<c>subject-name</c>), as <c>docker push</c> takes it; a tag is passed over.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>.</exception>
    public static ImageReference Parse(string name, Sha256Digest digest)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        var text = at < 0 ? name : name[..at];
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var hasHost = slash > 0 && IsHost(text[..slash]);
        var host = hasHost ? text[..slash] : DockerHub;
        var repository = hasHost ? text[(slash + 1)..] : text;
        var tag = repository.LastIndexOf(':');
        repository = tag < 0 ? repository : repository[..tag];
        if (host is "index.docker.io" or "registry-1.docker.io")
        {
            host = DockerHub;
        }

        if (host == DockerHub && !repository.Contains('/', StringComparison.Ordinal))
        {
            repository = $"library/{repository}";
        }

        if ((at >= 0 && !name.AsSpan(at).StartsWith("@sha256:", StringComparison.Ordinal))
            || !repository.Split('/').All(IsComponent)
            || host.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':')))
        {
            throw new AgentException(AgentFault.Usage, $"'{UntrustedText.OneLine(name)}' is no image name: it must be REGISTRY/REPOSITORY in lower case, for example ghcr.io/octo/app.");
        }

        return new ImageReference(host, repository, digest)
        {
            Api = ServiceAddress.Parse(host == DockerHub ? "https://registry-1.docker.io" : $"{(IsThisMachine(host) ? "http" : "https")}://{host}", "the registry"),
        };
    }

    /// <summary>Whether the name says in which registry it is, and not only to those who take what says nothing for Docker Hub's.</summary>
    public static bool NamesRegistry(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[slash - 1]) && IsHost(name[..slash]);
    }

    /// <summary>Whether the name has more than the name in it: a colon after the last slash is a tag, one before it is the registry's port.</summary>
    public static bool HasTag(string name) => name.Contains('@', StringComparison.Ordinal) || name[(name.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => $"{Host}/{Repository}@sha256:{Digest}";

    /// <summary>What tells a registry from the first part of a repository's name, to Docker and all clients after it.</summary>
    private static bool IsHost(string part) => part.AsSpan().ContainsAny('.', ':') || part == "localhost";

    /// <summary>A registry on this machine speaks plain HTTP, as every client of registries assumes.</summary>
    private static bool IsThisMachine(string host)
    {
        var name = host.Split(':')[0];
        return name == "localhost" || (IPAddress.TryParse(name, out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>OCI distribution specification, "Pulling manifests": lower case, with single separators inside.</summary>
    private static bool IsComponent(string part) =>
        part.Length > 0 && char.IsAsciiLetterOrDigit(part[0]) && char.IsAsciiLetterOrDigit(part[^1])
        && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-');
}

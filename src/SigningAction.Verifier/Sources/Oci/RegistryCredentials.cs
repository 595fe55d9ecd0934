using System.Text.Json;

namespace SigningAction.Verifier.Sources.Oci;

/// <summary>
/// What <c>docker login</c> left in its configuration, read only. Credential helpers are not run: they are programs. What a helper keeps is asked for anonymously.
/// </summary>
internal sealed class RegistryCredentials(Surroundings surroundings)
{
    private readonly Lazy<DockerConfigJson?> _config = new(() => Read(surroundings));

    /// <summary>The base64 of <c>user:password</c> for a registry, as the Basic scheme has it; null where there is none.</summary>
    public string? BasicFor(ImageReference image) =>
        _config.Value?.Auths is { } auths
            ? image.CredentialKeys.Select(key => auths.TryGetValue(key, out var found) ? found?.Auth : null).FirstOrDefault(auth => !string.IsNullOrEmpty(auth) && IsBase64(auth))
            : null;

    private static bool IsBase64(string text) => Convert.TryFromBase64String(text, new byte[text.Length], out _);

    private static DockerConfigJson? Read(Surroundings surroundings)
    {
        var directory = surroundings.NonEmpty("DOCKER_CONFIG") ?? (surroundings.NonEmpty("HOME") is { } home ? Path.Combine(home, ".docker") : null);
        var path = directory is null ? null : Path.Combine(directory, "config.json");
        if (path is null || !File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(SmallFile.ReadDockerConfig(path), OciJsonContext.Default.DockerConfigJson);
        }
        catch (JsonException e)
        {
            throw ProblemException.NotChecked("Docker's configuration (config.json) is not the JSON it should be.", "Correct it, or point DOCKER_CONFIG at an empty directory.", e);
        }
    }
}

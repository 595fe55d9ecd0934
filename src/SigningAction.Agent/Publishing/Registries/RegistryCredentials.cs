using System.Text;
using System.Text.Json;
using SigningAction.Agent.Pipelines;

namespace SigningAction.Agent.Publishing.Registries;

/// <summary>
/// Finds the credential of a registry where <c>docker login</c> leaves it: <c>$DOCKER_CONFIG/config.json</c> or <c>~/.docker/config.json</c> with its helpers; for ghcr.io
/// the job's own token otherwise.
/// </summary>
public sealed class RegistryCredentials(AgentEnvironment environment, IPipeline pipeline, string? gitHubToken = null)
{
    private const string GitHubRegistry = "ghcr.io";

    /// <summary>Home of the step's container (the runner mounts <c>$RUNNER_TEMP/_github_home</c> there), where the log-in of another step's home is not seen.</summary>
    private const string ContainerHome = "/github/home";

    /// <summary>A config with a thousand registries is a tenth of it.</summary>
    private const int ConfigBytes = 1024 * 1024;

    /// <summary>What to do for a log-in that is found here, as the end of a sentence.</summary>
    public string HowToLogIn(string host) => $"run `docker login {host}` before this step"
        + (environment.Variable("HOME") == ContainerHome && environment.Variable("DOCKER_CONFIG") is null
            ? ", with `DOCKER_CONFIG: ${{ runner.temp }}/_github_home/.docker` in that step's env: this step is a container with a home of its own"
            : "");

    /// <summary>The credential for <paramref name="host"/>, masked; null where there is none, which is how one pulls in public.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotRead"/> or <see cref="AgentFault.Usage"/>: the config is there and not usable.</exception>
    public async Task<RegistryCredential?> FindAsync(string host, CancellationToken cancellation)
    {
        var credential = await FromConfigAsync(host == "docker.io" ? "https://index.docker.io/v1/" : host, cancellation)
            ?? (host == GitHubRegistry && gitHubToken is { Length: > 0 } token ? new RegistryCredential("github-actions", token, OnlyItsHost: true) : null);
        if (credential is not null)
        {
            pipeline.Mask(credential.Secret);
            pipeline.Mask(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.User}:{credential.Secret}")));
        }

        return credential;
    }

    private async Task<RegistryCredential?> FromConfigAsync(string key, CancellationToken cancellation)
    {
        var directory = environment.Variable("DOCKER_CONFIG") ?? (environment.Variable("HOME") is { } home ? Path.Combine(home, ".docker") : null);
        if (directory is null || new FileInfo(Path.Combine(directory, "config.json")) is not { Exists: true } file)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(Read(file), new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = json.RootElement;
            var helper = root.TryGetProperty("credHelpers", out var helpers) && helpers.TryGetProperty(key, out var own) ? own.GetString()
                : root.TryGetProperty("credsStore", out var store) ? store.GetString()
                : null;
            return helper is { Length: > 0 }
                ? await CredentialHelper.GetAsync(helper, key, environment, cancellation) ?? FromAuths(root, key)
                : FromAuths(root, key);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // The inner exception can quote the file, which holds passwords.
            throw new AgentException(AgentFault.Usage, $"'{UntrustedText.OneLine(file.FullName)}' is no Docker config. Run `docker login` again, or remove the file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(AgentFault.CannotRead, $"'{UntrustedText.OneLine(file.FullName)}' cannot be read: {UntrustedText.OneLine(e.Message)}", e);
        }
    }

    private static byte[] Read(FileInfo file) => file.Length <= ConfigBytes ? File.ReadAllBytes(file.FullName) : throw new IOException("It is too long.");

    private static RegistryCredential? FromAuths(JsonElement root, string key)
    {
        if (!root.TryGetProperty("auths", out var auths)
            || !(auths.TryGetProperty(key, out var entry) || auths.TryGetProperty($"https://{key}", out entry) || auths.TryGetProperty($"https://{key}/v1/", out entry)))
        {
            return null;
        }

        if (entry.TryGetProperty("identitytoken", out var refresh) && refresh.GetString() is { Length: > 0 } token)
        {
            return new RegistryCredential(RegistryCredential.RefreshToken, token, OnlyItsHost: false);
        }

        if (!entry.TryGetProperty("auth", out var auth) || auth.GetString() is not { Length: > 0 } encoded)
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).TrimEnd('\0');
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && colon < pair.Length - 1 ? new RegistryCredential(pair[..colon], pair[(colon + 1)..], OnlyItsHost: false) : throw new FormatException();
    }
}

using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using SigningAction.Agent.Pipelines;

namespace SigningAction.Agent.Publishing.Registries;

/// <summary>
/// A Docker credential helper: <c>docker-credential-NAME get</c>, the registry on its standard input, JSON on its standard output. It is given the variables that such
/// programs need to find their own store and none of the job's tokens.
/// </summary>
internal static class CredentialHelper
{
    private const string Prefix = "docker-credential-";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly string[] Passed = ["PATH", "HOME", "USERPROFILE", "DOCKER_CONFIG", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "LANG", "SystemRoot"];

    /// <summary>The credential; null where the helper is not on this machine or knows none (in a container the helpers of the host are absent).</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: the name is none, or what it answers is no credential.</exception>
    public static async Task<RegistryCredential?> GetAsync(string name, string registry, AgentEnvironment environment, CancellationToken cancellation)
    {
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            throw new AgentException(AgentFault.Usage, $"The Docker config names a credential helper that is no name: '{UntrustedText.OneLine(name)}'.");
        }

        if (Find(name, environment) is not { } program)
        {
            return null;
        }

        using var late = new CancellationTokenSource(Patience, environment.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        using var process = new Process { StartInfo = Start(program, environment) };
        try
        {
            process.Start();
            await AskAsync(process.StandardInput, registry, stop.Token);
            var (answer, _) = (await process.StandardOutput.ReadToEndAsync(stop.Token), await process.StandardError.ReadToEndAsync(stop.Token));
            await process.WaitForExitAsync(stop.Token);
            return process.ExitCode == 0 ? Read(name, answer) : null;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new AgentException(AgentFault.CannotRead, $"The credential helper {Prefix}{name} cannot be run: {UntrustedText.OneLine(e.Message)}", e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new AgentException(AgentFault.CannotRead, $"The credential helper {Prefix}{name} did not answer in {Patience.TotalSeconds:0} s.", e);
        }
        finally
        {
            if (IsRunning(process))
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>One that knows a single registry may answer without a look at the question, and be gone before it is asked.</summary>
    private static async Task AskAsync(StreamWriter question, string registry, CancellationToken cancellation)
    {
        try
        {
            await question.WriteAsync(registry.AsMemory(), cancellation);
            question.Close();
        }
        catch (IOException)
        {
            // What it said counts, and how it ended.
            return;
        }
    }

    private static bool IsRunning(Process process)
    {
        try
        {
            return !process.HasExited;
        }
        catch (InvalidOperationException)
        {
            // It was never started.
            return false;
        }
    }

    private static ProcessStartInfo Start(string program, AgentEnvironment environment)
    {
        var start = new ProcessStartInfo(program, ["get"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var variable in Passed)
        {
            if (environment.Variable(variable) is { } value)
            {
                start.Environment[variable] = value;
            }
        }

        return start;
    }

    private static string? Find(string name, AgentEnvironment environment) => (environment.Variable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Where(Path.IsPathFullyQualified)
        .Select(directory => Path.Combine(directory, Prefix + name + (OperatingSystem.IsWindows() ? ".exe" : "")))
        .FirstOrDefault(File.Exists);

    private static RegistryCredential Read(string name, string answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            if (json.RootElement.GetProperty("Username").GetString() is { } user && json.RootElement.GetProperty("Secret").GetString() is { Length: > 0 } secret)
            {
                return new RegistryCredential(user, secret, OnlyItsHost: false);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // What it said may hold the secret, so it is dropped.
        }

        throw new AgentException(AgentFault.Usage, $"The credential helper {Prefix}{name} answers with something that is no credential. Run `docker login` again.");
    }
}

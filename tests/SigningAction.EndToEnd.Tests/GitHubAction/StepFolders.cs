using System.Runtime.Versioning;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The folders of a job, and those of one of its steps, as a runner lays them out on the host; and where a container action finds them.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class StepFolders
{
    private static readonly string[] CommandFiles = ["output", "env", "path", "state", "summary", "artifacts"];

    /// <param name="job">The job's folder, which stays from step to step.</param>
    /// <param name="payload">What <c>GITHUB_EVENT_PATH</c> holds.</param>
    public StepFolders(string job, string payload)
    {
        Name = "step-" + Guid.NewGuid().ToString("N");
        Step = Directory.CreateDirectory(Path.Combine(job, Name)).FullName;
        Workspace = Directory.CreateDirectory(Path.Combine(job, "workspace")).FullName;
        Temp = Directory.CreateDirectory(Path.Combine(job, "runner_temp")).FullName;
        Home = Directory.CreateDirectory(Path.Combine(job, "home")).FullName;
        Workflow = Directory.CreateDirectory(Path.Combine(Step, "workflow")).FullName;
        Commands = Directory.CreateDirectory(Path.Combine(Step, "file_commands")).FullName;
        File.WriteAllText(Path.Combine(Workflow, "event.json"), payload);
        foreach (var file in CommandFiles)
        {
            // Root's, and nobody else may write: a runner that is a service of root makes them so.
            File.WriteAllText(Path.Combine(Commands, file), "");
            File.SetUnixFileMode(Path.Combine(Commands, file), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        // What earlier steps declared: nothing.
        File.WriteAllText(Path.Combine(Commands, "artifacts_list"), """{"version":1,"subjects":[]}""");
    }

    public string Name { get; }

    /// <summary>Of this step alone.</summary>
    public string Step { get; }

    public string Workspace { get; }

    public string Temp { get; }

    public string Home { get; }

    public string Workflow { get; }

    public string Commands { get; }

    /// <summary>Host path to container path, of what the runner mounts besides the engine's socket.</summary>
    public IReadOnlyDictionary<string, string> Mounts => new Dictionary<string, string>
    {
        [Temp] = "/github/runner_temp",
        [Home] = "/github/home",
        [Workflow] = "/github/workflow",
        [Commands] = "/github/file_commands",
        [Workspace] = "/github/workspace",
    };

    /// <summary>
    /// A variable's value for the container: one that is a mounted folder, or begins with one and a slash, is rewritten. Paths in lists or in the middle of a value stay as they are.
    /// </summary>
    public string Translate(string value)
    {
        foreach (var (host, container) in Mounts)
        {
            if (value == host || value.StartsWith(host + "/", StringComparison.Ordinal))
            {
                return container + value[host.Length..];
            }
        }

        return value;
    }
}

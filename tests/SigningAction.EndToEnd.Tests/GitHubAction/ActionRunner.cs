using System.Runtime.Versioning;
using System.Security.Cryptography;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>
/// A runner's part in a step that is a container action: mounts, variables and command files as its ContainerActionHandler makes them, and the image's own entry point,
/// started by runc. The network is the host's, because the authority of the tests is on loopback.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ActionRunner(LiveAuthority authority)
{
    private readonly ContainerImage _image = new();

    /// <summary>The host's folder of the job; every mount is below it.</summary>
    public string Job { get; } = Directory.CreateDirectory(Path.Combine(authority.Folder, "job-" + Guid.NewGuid().ToString("N"))).FullName;

    /// <summary>The checked out repository: <c>/github/workspace</c> in the container.</summary>
    public string Workspace => Directory.CreateDirectory(Path.Combine(Job, "workspace")).FullName;

    /// <summary>What the payload of the event is: <c>GITHUB_EVENT_PATH</c>.</summary>
    public string Event { get; set; } = "{}";

    /// <summary>Variables that the job has besides those of every job; null takes one away.</summary>
    public Dictionary<string, string?> Variables { get; } = [];

    /// <summary>More mounts: host path to container path.</summary>
    public Dictionary<string, string> Mounts { get; } = [];

    /// <summary>File systems of their own in memory: container path to size, for example <c>4k</c>.</summary>
    public Dictionary<string, string> SmallDisks { get; } = [];

    /// <summary>Whether the container sees the workspace as a file system that takes nothing.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Puts a file into the workspace.</summary>
    public string Write(string path, string content)
    {
        var full = Path.Combine(Workspace, path);
        _ = Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    /// <summary>SHA-256 of a file of the workspace in lower-case hexadecimal.</summary>
    public string Digest(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Workspace, path))));

    /// <summary>Every file that the step could write to and that stays: the workspace and what the runner mounts.</summary>
    public IReadOnlyList<string> FilesOfTheJob() =>
    [
        .. ((string[])["workspace", "home", "runner_temp"]).Select(name => Path.Combine(Job, name)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)),
    ];

    /// <summary>Runs the step: <c>uses:</c> with these values of <c>with:</c>.</summary>
    public Task<StepResult> StepAsync(params (string Name, string Value)[] with) => RunAsync(with, _image.Command);

    /// <summary>Runs the step with other arguments than the image's own (<c>args:</c>).</summary>
    public async Task<StepResult> RunAsync((string Name, string Value)[] with, IReadOnlyList<string> arguments)
    {
        var step = "step-" + Guid.NewGuid().ToString("N");
        var bundle = Directory.CreateDirectory(Path.Combine(Job, step)).FullName;
        var commands = Directory.CreateDirectory(Path.Combine(bundle, "file_commands")).FullName;
        foreach (var file in (string[])["output", "env", "path", "state", "summary"])
        {
            // Root's, and nobody else may write: a runner that is a service of root makes them so.
            await File.WriteAllTextAsync(Path.Combine(commands, file), "");
            File.SetUnixFileMode(Path.Combine(commands, file), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var workflow = Directory.CreateDirectory(Path.Combine(bundle, "workflow")).FullName;
        await File.WriteAllTextAsync(Path.Combine(workflow, "event.json"), Event);
        var mounts = new Dictionary<string, string>(Mounts)
        {
            [Directory.CreateDirectory(Path.Combine(Job, "runner_temp")).FullName] = "/github/runner_temp",
            [Directory.CreateDirectory(Path.Combine(Job, "home")).FullName] = "/github/home",
            [workflow] = "/github/workflow",
            [commands] = "/github/file_commands",
            [Workspace] = "/github/workspace",
        };
        var spec = ContainerSpec.Of(_image, mounts, VariablesOf(with), arguments, Directory.CreateDirectory(Path.Combine(bundle, "upper")).FullName);
        foreach (var (path, size) in SmallDisks)
        {
            spec["mounts"]!.AsArray().Add(ContainerSpec.Mount(path, "tmpfs", "tmpfs", $"size={size}"));
        }

        if (IsReadOnly)
        {
            spec["mounts"]!.AsArray().Add(ContainerSpec.Mount("/github/workspace", "none", Workspace, "rbind", "ro"));
        }

        await File.WriteAllTextAsync(Path.Combine(bundle, "config.json"), spec.ToJsonString());
        var done = await Command.RunAsync(
            "runc", ["--root", Path.Combine(bundle, "state"), "run", "--bundle", bundle, "signingaction-" + step], authority.Folder);
        return StepResult.Read(done, commands);
    }

    /// <summary>What the runner's handler and context make; a null of <see cref="Variables"/> wins.</summary>
    private Dictionary<string, string> VariablesOf((string Name, string Value)[] with)
    {
        var run = authority.Issuer.Run;
        var all = new Dictionary<string, string?>
        {
            ["CI"] = "true",
            ["HOME"] = "/github/home",
            ["GITHUB_ACTIONS"] = "true",
            ["GITHUB_ACTION"] = "__self",
            ["GITHUB_ACTOR"] = "octocat",
            ["GITHUB_API_URL"] = "https://api.github.com",
            ["GITHUB_SERVER_URL"] = "https://github.com",
            ["GITHUB_REPOSITORY"] = run.Repository,
            ["GITHUB_REPOSITORY_ID"] = run.RepositoryId,
            ["GITHUB_REPOSITORY_OWNER"] = run.Owner,
            ["GITHUB_REPOSITORY_OWNER_ID"] = run.OwnerId,
            ["GITHUB_EVENT_NAME"] = run.Event,
            ["GITHUB_EVENT_PATH"] = "/github/workflow/event.json",
            ["GITHUB_JOB"] = "release",
            ["GITHUB_REF"] = run.Ref,
            ["GITHUB_RUN_ATTEMPT"] = run.RunAttempt,
            ["GITHUB_RUN_ID"] = run.RunId,
            ["GITHUB_RUN_NUMBER"] = "10",
            ["GITHUB_SHA"] = run.Sha,
            ["GITHUB_WORKFLOW"] = run.Workflow,
            ["GITHUB_WORKFLOW_REF"] = $"{run.Repository}/{run.WorkflowFile}@{run.Ref}",
            ["GITHUB_WORKSPACE"] = "/github/workspace",
            ["GITHUB_OUTPUT"] = "/github/file_commands/output",
            ["GITHUB_ENV"] = "/github/file_commands/env",
            ["GITHUB_PATH"] = "/github/file_commands/path",
            ["GITHUB_STATE"] = "/github/file_commands/state",
            ["GITHUB_STEP_SUMMARY"] = "/github/file_commands/summary",
            ["RUNNER_OS"] = "Linux",
            ["RUNNER_ARCH"] = "X64",
            ["RUNNER_TEMP"] = "/github/runner_temp",
            ["RUNNER_ENVIRONMENT"] = run.Runner,
            ["ACTIONS_ID_TOKEN_REQUEST_URL"] = authority.Issuer.RequestUrl,
            ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = authority.Issuer.RequestToken,
        };

        // Every input of action.yml arrives: upper case, hyphens kept, and one that is not given as its default. The runner evaluates the token's expression.
        foreach (var input in ActionInputs.All)
        {
            all[input.Variable] = input.Default.Contains("${{", StringComparison.Ordinal) ? "" : input.Default;
        }

        foreach (var (name, value) in with)
        {
            all["INPUT_" + name.ToUpperInvariant()] = value;
        }

        foreach (var (name, value) in Variables)
        {
            all[name] = value;
        }

        return all.Where(variable => variable.Value is not null).ToDictionary(variable => variable.Key, variable => variable.Value!);
    }
}

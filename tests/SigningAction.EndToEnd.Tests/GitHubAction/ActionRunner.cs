using System.Net.Sockets;
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
    private readonly Lazy<ContainerImage> _image = new();

    /// <summary>The host's folder of the job; every mount is below it.</summary>
    public string Job { get; } = Directory.CreateDirectory(Path.Combine(authority.Folder, "job-" + Guid.NewGuid().ToString("N"))).FullName;

    /// <summary>The checked out repository: <c>/github/workspace</c> in the container.</summary>
    public string Workspace => Directory.CreateDirectory(Path.Combine(Job, "workspace")).FullName;

    /// <summary>What the payload of the event is: <c>GITHUB_EVENT_PATH</c>.</summary>
    public string Event { get; set; } = "{}";

    /// <summary>Variables that the job has besides those of every job; null takes one away.</summary>
    public Dictionary<string, string?> Variables { get; } = [];

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
    public Task<StepResult> StepAsync(params (string Name, string Value)[] with) => RunAsync(with, _image.Value.Command);

    /// <summary>Runs the step with other arguments than the image's own (<c>args:</c>).</summary>
    public async Task<StepResult> RunAsync((string Name, string Value)[] with, IReadOnlyList<string> arguments)
    {
        var folders = new StepFolders(Job, Event);
        var spec = ContainerSpec.Of(
            _image.Value, folders.Mounts, VariablesOf(with, folders), arguments, Directory.CreateDirectory(Path.Combine(folders.Step, "upper")).FullName);
        foreach (var (path, size) in SmallDisks)
        {
            spec["mounts"]!.AsArray().Add(ContainerSpec.Mount(path, "tmpfs", "tmpfs", $"size={size}"));
        }

        if (IsReadOnly)
        {
            spec["mounts"]!.AsArray().Add(ContainerSpec.Mount("/github/workspace", "none", Workspace, "rbind", "ro"));
        }

        // The runner mounts the engine's socket into every container action; this one has no use for it.
        var engine = Path.Combine(Job, folders.Name[^8..] + ".sock");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(engine));
        socket.Listen();
        spec["mounts"]!.AsArray().Add(ContainerSpec.Mount("/var/run/docker.sock", "none", engine, "rbind", "rw"));

        await File.WriteAllTextAsync(Path.Combine(folders.Step, "config.json"), spec.ToJsonString());
        var done = await Command.RunAsync(
            "runc", ["--root", Path.Combine(folders.Step, "state"), "run", "--bundle", folders.Step, "signingaction-" + folders.Name], authority.Folder);
        Assert.False(socket.Poll(0, SelectMode.SelectRead), "Somebody connected to the container engine.");
        return StepResult.Read(done, folders.Commands);
    }

    /// <summary>Runs the native action's steps on the host, with these values of <c>with:</c>.</summary>
    /// <param name="release">The action's folder and the release that it pins.</param>
    /// <param name="with">The inputs that are given.</param>
    public async Task<StepResult> NativeAsync(NativeRelease release, params (string Name, string Value)[] with) => await NativeStep.RunAsync(
        release, with, () =>
        {
            var folders = new StepFolders(Job, Event);
            return (folders, Given(JobVariables.Of(authority, folders)));
        });

    /// <summary>What the runner's handler and context make, as the container sees it.</summary>
    private Dictionary<string, string> VariablesOf((string Name, string Value)[] with, StepFolders folders)
    {
        var all = JobVariables.Of(authority, folders);
        all["HOME"] = folders.Home;
        foreach (var (name, value) in JobVariables.OfActions)
        {
            all[name] = value;
        }

        // Every input of action.yml arrives: upper case, hyphens kept, and one that is not given as its default. The runner evaluates the token's expression.
        foreach (var input in ActionInputs.All)
        {
            all[input.Variable] = input.Default.Contains("${{", StringComparison.Ordinal) ? "" : input.Default;
        }

        foreach (var (name, value) in with)
        {
            all["INPUT_" + name.ToUpperInvariant()] = value;
        }

        return Given(all).ToDictionary(variable => variable.Key, variable => folders.Translate(variable.Value));
    }

    /// <summary>With <see cref="Variables"/>, of which a null wins.</summary>
    private Dictionary<string, string> Given(Dictionary<string, string?> all)
    {
        foreach (var (name, value) in Variables)
        {
            all[name] = value;
        }

        return all.Where(variable => variable.Value is not null).ToDictionary(variable => variable.Key, variable => variable.Value!);
    }
}

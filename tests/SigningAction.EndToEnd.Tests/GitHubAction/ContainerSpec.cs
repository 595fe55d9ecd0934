using System.Text.Json.Nodes;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The runtime specification of a step's container: what <c>docker run</c> would give it, less what needs an engine (its own network, limits of a cgroup).</summary>
internal static class ContainerSpec
{
    /// <summary>The set that Docker grants by default.</summary>
    private static readonly string[] Capabilities =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID", "CAP_SETFCAP", "CAP_SETPCAP",
        "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    /// <param name="image">What is started.</param>
    /// <param name="mounts">Host path to container path.</param>
    /// <param name="variables">The step's, which win over the image's.</param>
    /// <param name="arguments">What follows the entry point.</param>
    /// <param name="scratch">An empty folder, which becomes the container's root.</param>
    public static JsonObject Of(
        ContainerImage image, IReadOnlyDictionary<string, string> mounts, IReadOnlyDictionary<string, string> variables, IReadOnlyList<string> arguments, string scratch)
    {
        var user = ((string?)image.Config["User"] ?? "0:0").Split(':');
        var root = CopyOf(image.Root, scratch);
        return new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["hostname"] = "runner",
            ["root"] = new JsonObject { ["path"] = root, ["readonly"] = false },
            ["process"] = new JsonObject
            {
                ["terminal"] = false,
                ["cwd"] = "/github/workspace",
                ["user"] = new JsonObject { ["uid"] = int.Parse(user[0], null), ["gid"] = int.Parse(user[^1], null) },
                ["args"] = Array([.. image.Entrypoint, .. arguments]),
                ["env"] = Array([.. image.Variables, .. variables.Select(variable => $"{variable.Key}={variable.Value}")]),
                ["capabilities"] = new JsonObject { ["bounding"] = Array(Capabilities), ["effective"] = Array(Capabilities), ["permitted"] = Array(Capabilities) },
            },
            ["mounts"] = new JsonArray(
            [
                Mount("/proc", "proc", "proc"), Mount("/dev", "tmpfs", "tmpfs", "nosuid", "mode=755"), Mount("/sys", "none", "/sys", "rbind", "ro"),
                .. mounts.Select(mount => Mount(mount.Value, "none", mount.Key, "rbind", "rw")),
            ]),
            ["linux"] = new JsonObject
            {
                ["namespaces"] = new JsonArray([.. ((string[])["pid", "ipc", "uts", "mount"]).Select(kind => (JsonNode)new JsonObject { ["type"] = kind })]),
            },
        };
    }

    /// <summary>A copy of the image's files, as a container's own layer is: what a run leaves in its root is not in the image.</summary>
    private static string CopyOf(string root, string scratch)
    {
        foreach (var folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories))
        {
            _ = Directory.CreateDirectory(Path.Combine(scratch, Path.GetRelativePath(root, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(scratch, Path.GetRelativePath(root, file)));
        }

        return scratch;
    }

    private static JsonArray Array(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);

    /// <summary>A mount with its options.</summary>
    public static JsonObject Mount(string to, string type, string from, params string[] options) =>
        new JsonObject { ["destination"] = to, ["type"] = type, ["source"] = from, ["options"] = Array(options) };
}

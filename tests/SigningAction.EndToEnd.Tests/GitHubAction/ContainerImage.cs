using System.Text.Json.Nodes;
using SigningAction.EndToEnd.Tests.Programs;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The built image, as its OCI layout says.</summary>
internal sealed class ContainerImage
{
    private readonly string _layout = Path.Combine(Installed.Image, "oci");

    public ContainerImage()
    {
        var index = JsonNode.Parse(File.ReadAllText(Path.Combine(_layout, "index.json")))!;
        var manifest = Blob(index["manifests"]!.AsArray().Single()!);
        LayerSizes = [.. manifest["layers"]!.AsArray().Select(layer => (long)layer!["size"]!)];
        Config = Blob(manifest["config"]!)["config"]!;
    }

    /// <summary>Its files, unpacked.</summary>
    public string Root { get; } = Path.Combine(Installed.Image, "rootfs");

    /// <summary>Compressed sizes in bytes.</summary>
    public IReadOnlyList<long> LayerSizes { get; }

    /// <summary>Entrypoint, command, user, variables, labels.</summary>
    public JsonNode Config { get; }

    public IReadOnlyList<string> Entrypoint => Strings("Entrypoint");

    public IReadOnlyList<string> Command => Strings("Cmd");

    public IReadOnlyList<string> Variables => Strings("Env");

    private IReadOnlyList<string> Strings(string member) => [.. Config[member]?.AsArray().Select(value => (string)value!) ?? []];

    private JsonNode Blob(JsonNode descriptor) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(_layout, "blobs", "sha256", ((string)descriptor["digest"]!)["sha256:".Length..])))!;
}

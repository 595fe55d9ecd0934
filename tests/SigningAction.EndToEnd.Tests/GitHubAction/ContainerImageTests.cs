namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The image that <c>action/Dockerfile</c> makes.</summary>
public sealed class ContainerImageTests
{
    private const long LargestImage = 40_000_000;

    [Fact]
    public void The_entry_point_is_the_program_itself_and_it_runs_as_the_owner_of_the_command_files()
    {
        var image = new ContainerImage();
        Assert.Equal(["/signing-agent"], image.Entrypoint);
        Assert.Equal(["action"], image.Command);
        Assert.Equal("0:0", (string)image.Config["User"]!);
    }

    [Fact]
    public void The_image_says_what_it_is()
    {
        var labels = new ContainerImage().Config["Labels"]!.AsObject().ToDictionary(label => label.Key, label => (string)label.Value!);
        Assert.All(
            ["title", "description", "licenses", "revision", "source", "version"],
            label => Assert.True(labels.GetValueOrDefault("org.opencontainers.image." + label) is { Length: > 0 }, label));
    }

    /// <summary>The stand-in of the base has what the real one has: libc, libstdc++, OpenSSL, the authorities' certificates.</summary>
    [Fact]
    public void The_image_is_small() => Assert.InRange(new ContainerImage().LayerSizes.Sum(), 1, LargestImage);

    [Fact]
    public void Our_layers_hold_one_program_and_nothing_else()
    {
        var root = new ContainerImage().Root;
        var programs = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(root, path))
            .Where(path => !path.Contains("lib", StringComparison.Ordinal) && !path.StartsWith("etc/", StringComparison.Ordinal));
        Assert.Equal(["signing-agent"], programs);
    }
}

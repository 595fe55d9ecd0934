using System.Xml.Linq;

namespace SigningAction.EndToEnd.Tests.Repository;

/// <summary>The arrows between projects. The programs know each other by the wire only; Evidence knows nobody.</summary>
public sealed class ProjectReferencesTests
{
    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["SigningAction.Evidence"] = [],
        ["SigningAction.Agent"] = ["SigningAction.Evidence"],
        ["SigningAction.Authority"] = ["SigningAction.Evidence"],
        ["SigningAction.Verifier"] = ["SigningAction.Evidence"],
        ["SigningAction.Quickstart"] = ["SigningAction.Agent", "SigningAction.Authority", "SigningAction.Verifier"],
    };

    private static readonly IReadOnlyList<string> Projects = [.. RepositoryFiles.All.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))];

    [Fact]
    public void Each_project_of_the_product_references_exactly_what_the_design_says()
    {
        var actual = Projects.Where(path => path.StartsWith("src/", StringComparison.Ordinal)).ToDictionary(NameOf, ReferencesOf, StringComparer.Ordinal);
        Assert.Equal(Arrows.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(Arrows, arrow => Assert.Equal(arrow.Value.Order(StringComparer.Ordinal), actual[arrow.Key]));
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = RepositoryFiles.Read("SigningAction.sln").Replace('\\', '/');
        Assert.NotEmpty(Projects);
        Assert.All(Projects, path => Assert.Contains($"\"{path}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_project_has_a_lock_file() =>
        Assert.All(Projects, path => Assert.True(RepositoryFiles.Exists($"{Path.GetDirectoryName(path)}/packages.lock.json"), path));

    [Fact]
    public void Every_project_of_the_product_says_what_it_is_and_what_was_decided() =>
        Assert.All(Arrows.Keys, name =>
        {
            Assert.True(RepositoryFiles.Exists($"src/{name}/README.md"), $"src/{name}/README.md is missing");
            Assert.True(RepositoryFiles.Exists($"src/{name}/DECISIONS.md"), $"src/{name}/DECISIONS.md is missing");
        });

    private static string NameOf(string path) => Path.GetFileNameWithoutExtension(path);

    private static IReadOnlyList<string> ReferencesOf(string path) =>
    [
        .. XDocument.Parse(RepositoryFiles.Read(path)).Descendants("ProjectReference")
            .Select(reference => NameOf(reference.Attribute("Include")!.Value))
            .Order(StringComparer.Ordinal),
    ];
}

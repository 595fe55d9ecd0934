using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.EndToEnd.Tests.Repository;
using YamlDotNet.RepresentationModel;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The workflows that our pages tell people to copy.</summary>
public sealed class RecipeTests
{
    /// <summary>How the pages name this repository; everybody puts in where they have it from.</summary>
    private const string Ours = "OWNER/SigningAction";

    private static readonly string[] Pages = ["README.md", "action/README.md", "action/MIGRATING.md"];

    public static TheoryData<string, int> Recipes
    {
        get
        {
            var all = new TheoryData<string, int>();
            foreach (var page in Pages)
            {
                for (var i = 0; i < Blocks(page).Count; i++)
                {
                    all.Add(page, i);
                }
            }

            return all;
        }
    }

    [Fact]
    public void There_is_a_recipe_on_every_page() => Assert.All(Pages, page => Assert.NotEmpty(Blocks(page)));

    [Fact]
    public void The_first_workflow_has_ten_lines()
    {
        var lines = Blocks("README.md")[0].Trim().Split('\n');
        Assert.Equal(10, lines.Length);
        Assert.Contains(lines, line => line.Contains($"uses: {Ours}@", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_names_only_inputs_that_exist_and_has_the_permissions_that_it_needs(string page, int index)
    {
        var workflow = Yaml.Parse(Blocks(page)[index]);
        var jobs = workflow.Jobs().ToList();
        Assert.NotEmpty(jobs);
        foreach (var (name, job) in jobs)
        {
            foreach (var step in job.Steps().Where(step => IsOurs(step)))
            {
                var with = step.Member("with").Members().ToList();
                Assert.All(with, input => Assert.Contains(input.Name, ActionInputs.All.Select(known => known.Name)));
                var rights = (job.Member("permissions") ?? workflow.Member("permissions")).Members().ToDictionary(right => right.Name, right => right.Value.Text());
                Assert.True(rights.GetValueOrDefault("id-token") == "write", $"{name}: no id-token: write");
                Require(rights, with, "push-to-registry", "packages");
                Require(rights, with, "release", "contents");
            }

            Assert.All(job.Steps().Select(step => step.Member("run").Text()).OfType<string>(), run =>
                Assert.DoesNotContain("${{ github.event", run, StringComparison.Ordinal));
        }
    }

    /// <summary>A step's outputs that a recipe reads are outputs of the action.</summary>
    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_reads_only_outputs_that_exist(string page, int index)
    {
        var text = Blocks(page)[index];
        foreach (var id in Yaml.Parse(text).Jobs().SelectMany(job => job.Value.Steps()).Where(IsOurs).Select(step => step.Member("id").Text()).OfType<string>())
        {
            var read = text.Split($"steps.{id}.outputs.").Skip(1).Select(rest => string.Concat(rest.TakeWhile(c => char.IsAsciiLetterLower(c) || c == '-')));
            Assert.All(read, output => Assert.Contains(output, ActionOutputs.All));
        }
    }

    /// <summary>What the steps of a recipe that are ours are given.</summary>
    internal static IReadOnlyList<IReadOnlyList<(string Name, string Value)>> OurSteps(string page, int index) =>
    [
        .. Yaml.Parse(Blocks(page)[index]).Jobs().SelectMany(job => job.Value.Steps()).Where(IsOurs)
            .Select(step => (IReadOnlyList<(string, string)>)[.. step.Member("with").Members().Select(input => (input.Name, input.Value.Text() ?? ""))]),
    ];

    private static bool IsOurs(YamlNode step) =>
        step.Member("uses").Text() is { } uses && (uses.StartsWith(Ours + "@", StringComparison.Ordinal) || uses.StartsWith(Ours + "/action/native@", StringComparison.Ordinal));

    private static void Require(Dictionary<string, string?> rights, List<(string Name, YamlNode Value)> with, string input, string right)
    {
        if (with.Any(given => given.Name == input && given.Value.Text() != "false"))
        {
            Assert.True(rights.GetValueOrDefault(right) == "write", $"{input} needs {right}: write");
        }
    }

    private static List<string> Blocks(string page) =>
        [.. RepositoryFiles.Read(page).Split("```yaml\n").Skip(1).Select(block => block[..block.IndexOf("\n```", StringComparison.Ordinal)])];
}

using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.EndToEnd.Tests.Repository;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>The workflows that our pages tell people to copy.</summary>
public sealed class RecipeTests
{
    internal static readonly string[] Pages = ["README.md", "action/README.md", "action/MIGRATING.md"];

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
        Assert.Contains(lines, line => line.Contains($"uses: {RecipeStep.Ours}@", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_names_only_inputs_that_exist_and_has_the_permissions_that_it_needs_and_no_other(string page, int index)
    {
        var workflow = Yaml.Parse(Blocks(page)[index]);
        Assert.NotEmpty(workflow.Jobs());
        Assert.All(RecipeStep.Of(workflow), step =>
        {
            Assert.All(step.With, input => Assert.Contains(input.Name, ActionInputs.All.Select(known => known.Name)));
            Assert.True(step.May("id-token"), "no id-token: write");

            // GitHub takes attestations of these two only, and answers 403 without the permission; an authority of one's own asks nobody there.
            Assert.True(step.May("attestations") == step.IsAtGitHub, $"attestations: write belongs to public-good and github, and to no other authority ({step.Authority})");
            Assert.True(step.May("packages") == step.Has("push-to-registry"), "packages: write is push-to-registry's");
            Assert.True(step.May("contents") == step.Has("release"), "contents: write is release's");
        });
        Assert.All(workflow.Jobs().SelectMany(job => job.Value.Steps()).Select(step => step.Member("run").Text()).OfType<string>(), run =>
            Assert.DoesNotContain("${{ github.event", run, StringComparison.Ordinal));
    }

    /// <summary>A step's outputs that a recipe reads are outputs of the action.</summary>
    [Theory]
    [MemberData(nameof(Recipes))]
    public void A_recipe_reads_only_outputs_that_exist(string page, int index)
    {
        var text = Blocks(page)[index];
        foreach (var id in Yaml.Parse(text).Jobs().SelectMany(job => job.Value.Steps()).Where(RecipeStep.IsOurs).Select(step => step.Member("id").Text()).OfType<string>())
        {
            var read = text.Split($"steps.{id}.outputs.").Skip(1).Select(rest => string.Concat(rest.TakeWhile(c => char.IsAsciiLetterLower(c) || c == '-')));
            Assert.All(read, output => Assert.Contains(output, ActionOutputs.All));
        }
    }

    /// <summary>The steps of a recipe that are ours.</summary>
    internal static IEnumerable<RecipeStep> OurSteps(string page, int index) => RecipeStep.Of(Yaml.Parse(Blocks(page)[index]));

    internal static List<string> Blocks(string page) =>
        [.. RepositoryFiles.Read(page).Split("```yaml\n").Skip(1).Select(block => block[..block.IndexOf("\n```", StringComparison.Ordinal)])];
}

using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Signing;
using YamlDotNet.RepresentationModel;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>A step of a recipe that is ours.</summary>
/// <param name="IsNative">Whether it is the native action, not the container.</param>
/// <param name="With">Its inputs.</param>
/// <param name="Environment">Variables of its own.</param>
/// <param name="Rights">What the job's token may.</param>
internal sealed record RecipeStep(
    bool IsNative, IReadOnlyList<(string Name, string Value)> With, IReadOnlyList<(string Name, string Value)> Environment, IReadOnlyDictionary<string, string?> Rights)
{
    /// <summary>How the pages name this repository; everybody puts in where they have it from.</summary>
    public const string Ours = "OWNER/SigningAction";

    private const string Native = Ours + "/action/native@";

    /// <summary>Whether its attestations go to GitHub's API.</summary>
    public bool IsAtGitHub => Authority is PublicGood.Name or GitHubInstance.Name;

    /// <summary>Who signs; null where a signing config says it.</summary>
    public string? Authority => Value(ActionInputs.Authority.Name);

    /// <summary>An input; null where it is not given.</summary>
    public string? Value(string input) => With.Where(given => given.Name == input).Select(given => given.Value).SingleOrDefault();

    /// <summary>Whether an input is given and not turned off.</summary>
    public bool Has(string input) => Value(input) is { } value && value != "false";

    public bool May(string right) => Rights.GetValueOrDefault(right) == "write";

    /// <summary>Those of a workflow, in their order.</summary>
    public static IEnumerable<RecipeStep> Of(YamlMappingNode workflow) =>
        from job in workflow.Jobs()
        from step in job.Value.Steps()
        where IsOurs(step)
        select new RecipeStep(
            step.Member("uses").Text()!.StartsWith(Native, StringComparison.Ordinal), Texts(step.Member("with")), Texts(step.Member("env")),
            (job.Value.Member("permissions") ?? workflow.Member("permissions")).Members().ToDictionary(right => right.Name, right => right.Value.Text()));

    public static bool IsOurs(YamlNode step) => step.Member("uses").Text() is { } uses
        && (uses.StartsWith(Ours + "@", StringComparison.Ordinal) || uses.StartsWith(Native, StringComparison.Ordinal));

    private static IReadOnlyList<(string Name, string Value)> Texts(YamlNode? node) => [.. node.Members().Select(member => (member.Name, member.Value.Text() ?? ""))];
}

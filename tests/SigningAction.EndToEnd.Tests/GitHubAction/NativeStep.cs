using System.Runtime.Versioning;
using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>
/// A runner's part in the composite action: its inputs are evaluated into the variables of its own steps, whose lines run by bash as the runner starts it, each with command files of its own.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class NativeStep
{
    /// <param name="release">What the action's folder holds.</param>
    /// <param name="with">The inputs that are given.</param>
    /// <param name="next">Folders and variables of the next step of the job.</param>
    public static async Task<StepResult> RunAsync(
        NativeRelease release, IReadOnlyList<(string Name, string Value)> with, Func<(StepFolders Folders, Dictionary<string, string> Variables)> next)
    {
        var action = Yaml.Parse(RepositoryFiles.Read("action/native/action.yml"));
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["github.token"] = "" };
        foreach (var (name, input) in action.Member("inputs").Members())
        {
            values["inputs." + name] = Expression.Evaluate(input.Member("default").Text() ?? "", values);
        }

        foreach (var (name, value) in with)
        {
            Assert.True(values.ContainsKey("inputs." + name), $"{name} is no input.");
            values["inputs." + name] = value;
        }

        StepResult? result = null;
        foreach (var step in action.Member("runs").Steps())
        {
            Assert.Equal("bash", step.Member("shell").Text());
            var (folders, variables) = next();
            variables["GITHUB_ACTION_PATH"] = release.Folder;
            variables["PATH"] = release.SearchPath;
            foreach (var (name, value) in step.Member("env").Members())
            {
                variables[name] = Expression.Evaluate(value.Text()!, values);
            }

            var script = Path.Combine(folders.Step, "run.sh");
            await File.WriteAllTextAsync(script, step.Member("run").Text());
            result = StepResult.Read(
                await Command.RunAsync("bash", ["--noprofile", "--norc", "-e", "-o", "pipefail", script], folders.Workspace, variables), folders.Commands);
            foreach (var (name, value) in result.Outputs)
            {
                values[$"steps.{step.Member("id").Text()}.outputs.{name}"] = value;
            }

            if (result.ExitCode != 0)
            {
                return result;
            }
        }

        // An output of a step that is not there is empty, and so is the action's.
        var outputs = action.Member("outputs").Members().Select(output => (output.Name, Value: output.Value.Member("value").Text()!.Replace("${{", "", StringComparison.Ordinal).Replace("}}", "", StringComparison.Ordinal).Trim()))
            .Where(output => values.ContainsKey(output.Value)).ToDictionary(output => output.Name, output => values[output.Value]);
        return result! with { Outputs = outputs };
    }
}

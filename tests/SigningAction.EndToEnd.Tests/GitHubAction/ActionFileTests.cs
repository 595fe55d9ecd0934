using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.EndToEnd.Tests.Repository;
using YamlDotNet.RepresentationModel;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>What the files of the action promise is what the program reads and writes.</summary>
public sealed class ActionFileTests
{
    private readonly YamlMappingNode _container = Yaml.Parse(RepositoryFiles.Read("action.yml"));
    private readonly YamlMappingNode _native = Yaml.Parse(RepositoryFiles.Read("action/native/action.yml"));

    [Fact]
    public void Every_input_is_one_that_the_program_reads_with_the_same_default() => Assert.Equal(
        ActionInputs.All.Select(input => (input.Name, input.Default)),
        _container.Member("inputs").Members().Select(input => (input.Name, input.Value.Member("default").Text() ?? "")));

    [Fact]
    public void Every_output_is_one_that_the_program_writes() =>
        Assert.Equal(ActionOutputs.All, _container.Member("outputs").Members().Select(output => output.Name));

    [Fact]
    public void Everything_is_described() => Assert.All(
        _container.Member("inputs").Members().Concat(_container.Member("outputs").Members()),
        member => Assert.True(member.Value.Member("description").Text() is { Length: > 15 }, member.Name));

    [Fact]
    public void The_native_action_has_the_same_inputs_and_outputs()
    {
        Assert.Equal(_container.Member("inputs"), _native.Member("inputs"));
        Assert.Equal(
            _container.Member("outputs").Members().Select(output => (output.Name, output.Value.Member("description"), $"${{{{ steps.sign.outputs.{output.Name} }}}}")),
            _native.Member("outputs").Members().Select(output => (output.Name, output.Value.Member("description"), output.Value.Member("value").Text()!)));
    }

    [Fact]
    public void The_native_action_hands_every_input_over_as_a_variable_and_none_as_text_of_a_script()
    {
        var steps = _native.Member("runs").Steps().ToList();
        Assert.All(steps, step => Assert.DoesNotContain("${{", step.Member("run").Text(), StringComparison.Ordinal));
        var variables = steps[^1].Member("env").Members().ToDictionary(variable => variable.Name, variable => variable.Value.Text());
        Assert.All(ActionInputs.All, input =>
            Assert.Equal($"${{{{ inputs.{input.Name} }}}}", variables.GetValueOrDefault(input.ShellVariable)));
    }

    /// <summary>The runner's build context is the folder of the file that <c>image</c> names; there must be sources in it.</summary>
    [Fact]
    public void The_runner_builds_the_one_Dockerfile_from_the_root()
    {
        Assert.Equal("docker", _container.Member("runs").Member("using").Text());
        Assert.Equal("Dockerfile", _container.Member("runs").Member("image").Text());
        Assert.Equal("action/Dockerfile", new FileInfo(Path.Combine(RepositoryFiles.Root, "Dockerfile")).LinkTarget);
    }
}

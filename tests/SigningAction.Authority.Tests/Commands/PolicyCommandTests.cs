using System.CommandLine;
using System.Text.Json;
using SigningAction.Authority.Commands;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Tests.Policy;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Tests.Commands;

public sealed class PolicyCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("policy-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_valid_policy_exits_0()
    {
        var (code, output, error) = Run("check", Write(PolicyTexts.Valid));
        Assert.Equal(0, code);
        Assert.Contains("valid, 1 allow and 0 deny rules. Version ", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public void A_policy_that_allows_nothing_says_so() =>
        Assert.Contains("allows nothing", Run("check", Write(PolicyTemplate.Text)).Output, StringComparison.Ordinal);

    [Fact]
    public void A_broken_policy_exits_1_with_every_error_and_its_place()
    {
        var path = Write(PolicyTexts.With("repositry_id: 5"));
        var (code, output, error) = Run("check", path);
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains($"{path}:9:5: unknown key 'repositry_id': did you mean repository_id?", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none.yml")]
    [InlineData(".")]
    public void A_file_that_cannot_be_read_exits_3(string name) => Assert.Equal(3, Run("check", Path.Combine(_directory.FullName, name)).Code);

    [Fact]
    public void Json_tells_the_same_to_scripts()
    {
        var (code, output, _) = Run("check", Write(PolicyTexts.With("ref", "main")), "--format", "json");
        Assert.Equal(1, code);
        using var report = JsonDocument.Parse(output);
        Assert.False(report.RootElement.GetProperty("valid").GetBoolean());
        var error = Assert.Single(report.RootElement.GetProperty("errors").EnumerateArray());
        Assert.Equal(8, error.GetProperty("line").GetInt32());

        using var valid = JsonDocument.Parse(Run("check", Write(PolicyTexts.Valid), "--format", "json").Output);
        Assert.True(valid.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal(64, valid.RootElement.GetProperty("version").GetString()!.Length);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("check", "x.yml", "--format", "xml")]
    [InlineData("chek")]
    public void Wrong_usage_is_an_error_of_the_command_line(params string[] arguments) => Assert.NotEmpty(PolicyCommand.Create().Parse(arguments).Errors);

    [Fact]
    public void The_schema_is_printed() => Assert.Equal(PolicySchema.Text(), Run("schema").Output);

    private string Write(string text)
    {
        var path = Path.Combine(_directory.FullName, "p.yml");
        File.WriteAllText(path, text);
        return path;
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = PolicyCommand.Create().Parse(arguments).Invoke(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}

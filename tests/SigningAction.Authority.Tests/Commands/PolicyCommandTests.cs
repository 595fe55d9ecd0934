using System.Text.Json;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Authority.Tests.Policy;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Tests.Commands;

public sealed class PolicyCommandTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("policy-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_valid_policy_exits_0()
    {
        var (code, output, error) = await RunAsync("check", Write(PolicyTexts.Valid));
        Assert.Equal(0, code);
        Assert.Contains("valid, 1 allow and 0 deny rules. Version ", output, StringComparison.Ordinal);
        Assert.Empty(error);
    }

    [Fact]
    public async Task A_policy_that_allows_nothing_says_so() =>
        Assert.Contains("allows nothing", (await RunAsync("check", Write(PolicyTemplate.Text))).Output, StringComparison.Ordinal);

    [Fact]
    public async Task A_broken_policy_exits_1_with_every_error_and_its_place()
    {
        var path = Write(PolicyTexts.With("repositry_id: 5"));
        var (code, output, error) = await RunAsync("check", path);
        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains($"{path}:9:5: unknown key 'repositry_id': did you mean repository_id?", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none.yml", "there is no such file")]
    [InlineData(".", "it is a directory")]
    public async Task A_file_that_cannot_be_read_exits_3_and_says_why(string name, string reason)
    {
        var (code, _, error) = await RunAsync("check", Path.Combine(_directory.FullName, name));
        Assert.Equal(3, code);
        Assert.EndsWith($": could not be read ({reason}): check path and permissions\n", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_key_that_stands_twice_is_one_located_error_for_every_reader()
    {
        var path = Write(PolicyTexts.With("owner_id: 65\n    owner_id: 66"));
        const string Said = ":10:5: duplicate key 'owner_id', first on line 9: keep one";
        var (code, _, error) = await RunAsync("check", path);
        Assert.Equal((1, $"{path}{Said}\n1 error. A running authority keeps the policy that it has, and none starts with this one.\n"), (code, error));
        await File.WriteAllTextAsync(path + ".json", "{}", TestContext.Current.CancellationToken);
        (code, _, error) = await RunAsync("explain", path, "--claims", path + ".json");
        Assert.Equal(3, code);
        Assert.Contains(Said, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_tells_the_same_to_scripts()
    {
        var (code, output, _) = await RunAsync("check", Write(PolicyTexts.With("ref", "main")), "--format", "json");
        Assert.Equal(1, code);
        using var report = JsonDocument.Parse(output);
        Assert.False(report.RootElement.GetProperty("valid").GetBoolean());
        var error = Assert.Single(report.RootElement.GetProperty("errors").EnumerateArray());
        Assert.Equal(8, error.GetProperty("line").GetInt32());

        using var valid = JsonDocument.Parse((await RunAsync("check", Write(PolicyTexts.Valid), "--format", "json")).Output);
        Assert.True(valid.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal(64, valid.RootElement.GetProperty("version").GetString()!.Length);
    }

    [Fact]
    public async Task The_schema_is_printed() => Assert.Equal(PolicySchema.Text(), (await RunAsync("schema")).Output);

    private string Write(string text)
    {
        var path = Path.Combine(_directory.FullName, "p.yml");
        File.WriteAllText(path, text);
        return path;
    }

    private static Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => AuthorityCommand.RunAsync(["policy", .. arguments]);
}

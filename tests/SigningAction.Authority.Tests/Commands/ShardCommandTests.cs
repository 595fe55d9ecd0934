using SigningAction.Authority.Hosting;

namespace SigningAction.Authority.Tests.Commands;

/// <summary>The command line of log shards: what an administrator types, and what he is told to do next.</summary>
public sealed class ShardCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Authority => _directory.File("authority");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Adding_freezing_and_listing_say_what_was_done_and_what_is_next()
    {
        await RunAsync(ExitCodes.Done, "init", Authority, "--url", "https://signing.example.com");
        Assert.Equal(
            [
                "NO  KIND         ORIGIN                        LEAVES  STATE",
                "1   signatures   signing.example.com                0  open",
                "2   certificates signing.example.com/ct             0  open",
                "3   audit        signing.example.com/audit          0  open",
            ],
            Lines(await RunAsync(ExitCodes.Done, "shard", "list", Authority)));

        Assert.Contains(
            $"signing-authority shard freeze {Authority} OLD-HOST --yes",
            await RunAsync(ExitCodes.Done, "shard", "add", Authority, "--url", "https://log2.example.com"),
            StringComparison.Ordinal);
        Assert.Contains("Destroy the log's private key", await RunAsync(ExitCodes.Done, "shard", "freeze", Authority, "signing.example.com", "--yes"), StringComparison.Ordinal);
        var lines = Lines(await RunAsync(ExitCodes.Done, "shard", "list", Authority));
        Assert.StartsWith("1   signatures   signing.example.com                0  frozen 20", lines[1], StringComparison.Ordinal);
        Assert.Equal("4   signatures   log2.example.com                   0  open", lines[4]);
        var listed = System.Text.Json.Nodes.JsonNode.Parse(await RunAsync(ExitCodes.Done, "shard", "list", Authority, "--format", "json"))!.AsArray();
        Assert.Equal(("audit", "signing.example.com/audit", "https://signing.example.com", 0), ((string)listed[2]!["kind"]!, (string)listed[2]!["origin"]!, (string)listed[2]!["url"]!, (int)listed[2]!["leaves"]!));
        Assert.NotNull(listed[0]!["frozen"]);
        Assert.Null(listed[3]!["frozen"]);
        Assert.Contains("Clean: 0 leaves.", await RunAsync(ExitCodes.Done, "fsck", Authority), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_must_not_be_done_is_refused_with_its_reason()
    {
        await RunAsync(ExitCodes.Done, "init", Authority, "--url", "https://signing.example.com");
        Assert.Contains("the only open log", await RunAsync(ExitCodes.Refused, "shard", "freeze", Authority, "signing.example.com", "--yes"), StringComparison.Ordinal);
        Assert.Contains("has a log already", await RunAsync(ExitCodes.Refused, "shard", "add", Authority, "--url", "https://signing.example.com"), StringComparison.Ordinal);
        Assert.Contains(
            "Nothing is lost",
            await RunAsync(ExitCodes.Refused, "shard", "add", Authority, "--url", "https://log2.example.com", "--accept-loss"),
            StringComparison.Ordinal);
        Assert.Contains("never opened again. Nothing was changed: say --yes", await RunAsync(ExitCodes.Usage, "shard", "freeze", Authority, "signing.example.com"), StringComparison.Ordinal);
        await RunAsync(ExitCodes.Usage, "shard", "add", Authority);
        await RunAsync(ExitCodes.Usage, "shard", "freeze", Authority);
        Assert.False(File.Exists(AuthorityPaths.Of(Authority).Logs));
    }

    private static async Task<string> RunAsync(int expected, params string[] arguments)
    {
        await using var output = new StringWriter();
        var code = await SigningAuthority.RunAsync(arguments, output, output);
        Assert.True(code == expected, $"{code}: {output}");
        return output.ToString();
    }

    private static string[] Lines(string text) => text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
}

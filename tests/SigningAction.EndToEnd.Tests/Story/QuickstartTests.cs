using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Story;

/// <summary>The README's first command, as it was built.</summary>
public sealed class QuickstartTests : IDisposable
{
    /// <summary>The Quickstart leaves a folder for whoever reads along, below this one.</summary>
    private readonly string _folder = Directory.CreateTempSubdirectory("signingaction-e2e-").FullName;

    private static readonly string Configuration = AppContext.BaseDirectory.Contains("/release", StringComparison.Ordinal) ? "release" : "debug";

    private static string Program => Path.Combine(RepositoryFiles.Root, "artifacts", "bin", "SigningAction.Quickstart", Configuration, "SigningAction.Quickstart");

    [Fact]
    public async Task The_whole_story_comes_out_as_it_must()
    {
        var story = await RunAsync();
        Assert.True(story.ExitCode == 0, story.Text);
        foreach (var expected in new[] { "SUBJECT_MISMATCH", "LOG_ENTRY_MISMATCH", "WORKFLOW_NOT_ALLOWED", "cosign verify-blob-attestation", "signing-verifier verify" })
        {
            Assert.Contains(expected, story.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain('\e', story.Output);
        Assert.DoesNotContain("eyJ", story.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my app.bin")]
    [InlineData("authority")]
    [InlineData("trusted_root.json")]
    [InlineData("another-release.txt")]
    public async Task A_file_of_the_users_own_is_signed_and_left_as_it_was(string name)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "own")).FullName, name);
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);
        var story = await RunAsync(file);
        Assert.True(story.ExitCode == 0, story.Text);
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_usage_error()
    {
        var story = await RunAsync("no-such-file");
        Assert.Equal(2, story.ExitCode);
        Assert.Contains("no-such-file", story.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private Task<Command> RunAsync(params string[] arguments) =>
        Command.RunAsync(Program, arguments, _folder);
}

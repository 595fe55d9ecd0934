using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Story;

/// <summary>The README's first command, as it was built.</summary>
public sealed class QuickstartTests
{
    private static readonly string Configuration = AppContext.BaseDirectory.Contains("/release", StringComparison.Ordinal) ? "release" : "debug";

    private static string Program => Path.Combine(RepositoryFiles.Root, "artifacts", "bin", "SigningAction.Quickstart", Configuration, "SigningAction.Quickstart");

    [Fact]
    public async Task The_whole_story_comes_out_as_it_must()
    {
        var story = await Command.RunAsync(Program, [], RepositoryFiles.Root);
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
        var file = Path.Combine(Directory.CreateTempSubdirectory("signingaction-own-").FullName, name);
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);
        var story = await Command.RunAsync(Program, [file], RepositoryFiles.Root);
        Assert.True(story.ExitCode == 0, story.Text);
        Assert.Equal([file], Directory.GetFiles(Path.GetDirectoryName(file)!));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_usage_error()
    {
        var story = await Command.RunAsync(Program, ["no-such-file"], RepositoryFiles.Root);
        Assert.Equal(2, story.ExitCode);
        Assert.Contains("no-such-file", story.Error, StringComparison.Ordinal);
    }
}

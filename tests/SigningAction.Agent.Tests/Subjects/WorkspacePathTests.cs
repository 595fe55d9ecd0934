using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Tests.Subjects;

/// <summary>Paths of Windows and of Unix, told on whichever of them the tests run.</summary>
public sealed class WorkspacePathTests
{
    [Theory]
    [InlineData(@"dist\*.zip", '\\', "dist/*.zip")]
    [InlineData(@"dist\*.zip", '/', @"dist\*.zip")]
    [InlineData("dist/*.zip", '\\', "dist/*.zip")]
    public void Where_the_system_separates_directories_by_a_backslash_a_pattern_may_too(string pattern, char separator, string read) =>
        Assert.Equal(read, WorkspacePath.OfPattern(pattern, separator));

    [Theory]
    [InlineData("/w/app/dist/a.zip", "/w/app", '/', "dist/a.zip")]
    [InlineData("/w/app/dist/a.zip", "/w/app/", '/', "dist/a.zip")]
    [InlineData("/w/app2/a.zip", "/w/app", '/', "/w/app2/a.zip")]
    [InlineData("/w/APP/a.zip", "/w/app", '/', "/w/APP/a.zip")]
    [InlineData(@"D:\a\app\dist\a.zip", @"D:\a\app", '\\', "dist/a.zip")]
    [InlineData(@"d:\a\App\a.zip", @"D:\a\app\", '\\', "a.zip")]
    [InlineData(@"D:\a\app\a.zip", "D:/a/app", '\\', "a.zip")]
    [InlineData(@"D:\a\app2\a.zip", @"D:\a\app", '\\', @"D:\a\app2\a.zip")]
    [InlineData(@"/w/app\a.zip", "/w/app", '/', @"/w/app\a.zip")]
    public void A_path_within_the_workspace_is_seen_from_there_with_the_slashes_that_every_shell_takes(string path, string workspace, char separator, string seen) =>
        Assert.Equal(seen, WorkspacePath.Within(path, workspace, separator));
}

using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Tests.Subjects;

/// <summary>R-15: what a name and a line end are on Windows, told on any system.</summary>
public sealed class WindowsNamesTests
{
    [Theory]
    [InlineData(@"C:\dist\a.txt:b", "a colon names a stream")]
    [InlineData("dist/app.exe::$DATA", "a colon names a stream")]
    [InlineData(@"C:\dist\NUL", "for a device")]
    [InlineData(@"dist\con.txt", "for a device")]
    [InlineData("dist/Com1.tar.gz", "for a device")]
    [InlineData("LPT\u00B2", "for a device")]
    [InlineData("aux /app", "for a device")]
    [InlineData("dist/app.", "drops a dot or blank")]
    [InlineData(@"dist \app", "drops a dot or blank")]
    public void A_name_that_means_another_thing_on_Windows_is_told(string path, string fault) => Assert.Contains(fault, WindowsNames.Fault(path), StringComparison.Ordinal);

    [Theory]
    [InlineData(@"C:\dist\app.zip")]
    [InlineData(@"\\?\C:\dist\app.zip")]
    [InlineData("../dist/./console.txt")]
    [InlineData("com10/lpt/nul-1")]
    [InlineData(".config/app")]
    public void Ordinary_names_are_names(string path) => Assert.Null(WindowsNames.Fault(path));

    [Theory]
    [InlineData("a\nb\n", "a\r\nb\r\n", true)]
    [InlineData("a\r\nb\r\n", "a\nb\n", true)]
    [InlineData("a\nb", "a\r\nb", true)]
    [InlineData("a\rb", "a\nb", false)]
    [InlineData("a\nb\n", "a\r\nc\r\n", false)]
    [InlineData("", "\r\n", false)]
    public void A_file_of_which_only_the_line_ends_changed_is_told_from_another(string before, string after, bool only)
    {
        var path = Path.GetTempFileName();
        try
        {
            // Over the border of a block, so that a CR ends one and its LF begins the next.
            foreach (var padding in (int[])[0, 65_534, 65_535, 65_536])
            {
                var head = new string('x', padding);
                File.WriteAllText(path, head + after);
                Assert.Equal(only, LineEnds.AreAllThatDiffers(path, Sha256Digest.Of(System.Text.Encoding.ASCII.GetBytes(head + before))));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}

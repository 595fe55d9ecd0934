using SigningAction.Agent.Publishing;
using SigningAction.Agent.Tests.Fakes;

namespace SigningAction.Agent.Tests.Publishing;

public sealed class DurableFileTests : IDisposable
{
    private readonly TestPlace _place = new();

    [Fact]
    public void A_file_is_replaced_whole_and_no_temporary_file_stays()
    {
        var path = _place.Write("b.json", "old and longer");
        DurableFile.WriteAll([(path, "new"u8.ToArray())]);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(["b.json"], Names());
    }

    [Fact]
    public void A_write_that_fails_leaves_what_was_there_and_nothing_else()
    {
        // A directory at the path lets everything succeed up to the rename.
        Directory.CreateDirectory(_place.PathOf("b.json"));
        _place.Write("b.json/kept", "x");
        Assert.Equal(AgentFault.CannotWrite, Assert.Throws<AgentException>(() => DurableFile.WriteAll([(_place.PathOf("b.json"), "new"u8.ToArray())])).Fault);
        Assert.True(File.Exists(_place.PathOf("b.json/kept")));
        Assert.Equal(["b.json"], Names());
    }

    [Fact]
    public void A_directory_that_is_not_there_cannot_be_written_to() =>
        Assert.Equal(AgentFault.CannotWrite, Assert.Throws<AgentException>(() => DurableFile.WriteAll([(_place.PathOf("no/b.json"), "new"u8.ToArray())])).Fault);

    [Fact]
    public void When_the_second_file_cannot_be_written_the_first_is_not_there_either()
    {
        (string, ReadOnlyMemory<byte>)[] files = [(_place.PathOf("a.json"), "new"u8.ToArray()), (_place.PathOf("no/b.json"), "new"u8.ToArray())];
        var fault = Assert.Throws<AgentException>(() => DurableFile.WriteAll(files));
        Assert.Equal(AgentFault.CannotWrite, fault.Fault);
        Assert.Contains("b.json", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Names());
    }

    [Fact]
    public void A_link_at_the_path_is_replaced_and_its_target_stays_untouched()
    {
        using var elsewhere = new TestPlace();
        var target = elsewhere.Write("target", "precious");
        File.CreateSymbolicLink(_place.PathOf("b.json"), target);
        DurableFile.WriteAll([(_place.PathOf("b.json"), "new"u8.ToArray())]);
        Assert.Equal("precious", File.ReadAllText(target));
        Assert.Null(new FileInfo(_place.PathOf("b.json")).LinkTarget);
    }

    public void Dispose() => _place.Dispose();

    private IEnumerable<string?> Names() => Directory.EnumerateFileSystemEntries(_place.Directory_).Select(Path.GetFileName);
}

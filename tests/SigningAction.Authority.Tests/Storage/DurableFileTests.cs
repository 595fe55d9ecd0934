using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Tests.Storage;

public sealed class DurableFileTests
{
    [Fact]
    public void A_new_file_has_its_content_and_mode_and_nothing_is_left_beside_it()
    {
        using var directory = new TemporaryDirectory();
        DurableFile.Create(directory.File("f"), "content"u8, DurableFile.OwnerOnly);
        Assert.Equal("content", File.ReadAllText(directory.File("f")));
        Assert.Equal(DurableFile.OwnerOnly, Mode(directory.File("f")));
        Assert.Single(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public void A_file_that_is_there_is_not_overwritten_by_create_and_is_by_replace()
    {
        using var directory = new TemporaryDirectory();
        DurableFile.Create(directory.File("f"), "old"u8, DurableFile.Public);
        Assert.ThrowsAny<IOException>(() => DurableFile.Create(directory.File("f"), "new"u8, DurableFile.Public));
        Assert.Equal("old", File.ReadAllText(directory.File("f")));
        DurableFile.Replace(directory.File("f"), "new"u8, DurableFile.OwnerOnly);
        Assert.Equal("new", File.ReadAllText(directory.File("f")));
        Assert.Equal(DurableFile.OwnerOnly, Mode(directory.File("f")));
        Assert.Single(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public void A_file_in_a_directory_that_is_not_there_is_an_error()
    {
        using var directory = new TemporaryDirectory();
        Assert.ThrowsAny<IOException>(() => DurableFile.Create(directory.File("missing/f"), "x"u8, DurableFile.Public));
    }

    [Fact]
    public void A_failed_sync_is_an_error()
    {
        // The medium of a pipe cannot be synced: EINVAL stands for every errno, which the platform's own flush would swallow.
        var pipe = new System.IO.Pipes.AnonymousPipeServerStream();
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        using (pipe)
        {
            Assert.Contains("fsync", Assert.Throws<IOException>(() => Libc.Sync(handle, "pipe")).Message, StringComparison.Ordinal);
        }
    }

    private static UnixFileMode Mode(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);
}

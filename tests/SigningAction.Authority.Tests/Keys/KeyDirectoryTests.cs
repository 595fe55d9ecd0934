using System.Security.Cryptography;
using SigningAction.Authority.Keys;

namespace SigningAction.Authority.Tests.Keys;

public sealed class KeyDirectoryTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void A_key_is_written_for_its_owner_only_and_reads_back()
    {
        using var directory = new TemporaryDirectory();
        var keys = KeyDirectory.Create(directory.File("keys"));
        using var made = keys.Generate(AuthorityKey.LogAudit);
        using var read = KeyDirectory.Open(directory.File("keys")).Load(AuthorityKey.LogAudit);

        Assert.Equal(made.ExportSubjectPublicKeyInfo(), read.ExportSubjectPublicKeyInfo());
        Assert.Equal(256, read.KeySize);
        Assert.Equal(Owner, Mode(keys.PathOf(AuthorityKey.LogAudit)));
        Assert.Equal(Owner | UnixFileMode.UserExecute, Mode(directory.File("keys")));
        Assert.StartsWith("-----BEGIN PRIVATE KEY-----", File.ReadAllText(keys.PathOf(AuthorityKey.LogAudit)), StringComparison.Ordinal);
        Assert.Single(Directory.GetFileSystemEntries(directory.File("keys")));
    }

    [Fact]
    public void Keys_and_their_directory_are_never_overwritten()
    {
        using var directory = new TemporaryDirectory();
        var keys = KeyDirectory.Create(directory.File("keys"));
        keys.Generate(AuthorityKey.Tsa).Dispose();
        var before = File.ReadAllBytes(keys.PathOf(AuthorityKey.Tsa));
        Assert.Throws<KeyRefusedException>(() => keys.Generate(AuthorityKey.Tsa));
        Assert.Throws<KeyRefusedException>(() => KeyDirectory.Create(directory.File("keys")));
        Assert.Equal(before, File.ReadAllBytes(keys.PathOf(AuthorityKey.Tsa)));
    }

    [Fact]
    public void Every_key_has_a_file_of_its_own()
    {
        using var directory = new TemporaryDirectory();
        var keys = KeyDirectory.Create(directory.File("keys"));
        var all = Enum.GetValues<AuthorityKey>().Where(key => key != AuthorityKey.None).ToList();
        all.ForEach(key => keys.Generate(key).Dispose());
        Assert.Equal(7, Directory.GetFiles(directory.File("keys")).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => keys.Load(AuthorityKey.None));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_key_that_others_could_use_is_refused_and_not_mended(UnixFileMode others)
    {
        using var directory = new TemporaryDirectory();
        var keys = KeyDirectory.Create(directory.File("keys"));
        keys.Generate(AuthorityKey.Tsa).Dispose();
        SetMode(keys.PathOf(AuthorityKey.Tsa), Owner | others);
        Assert.Contains("chmod 600", Assert.Throws<KeyRefusedException>(() => keys.Load(AuthorityKey.Tsa)).Message, StringComparison.Ordinal);
        Assert.Equal(Owner | others, Mode(keys.PathOf(AuthorityKey.Tsa)));
    }

    [Fact]
    public void A_directory_that_others_can_enter_is_refused()
    {
        using var directory = new TemporaryDirectory();
        KeyDirectory.Create(directory.File("keys"));
        SetMode(directory.File("keys"), Owner | UnixFileMode.UserExecute | UnixFileMode.GroupExecute);
        Assert.Contains("chmod 700", Assert.Throws<KeyRefusedException>(() => KeyDirectory.Open(directory.File("keys"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_key_is_refused_without_showing_it()
    {
        using var directory = new TemporaryDirectory();
        var keys = KeyDirectory.Create(directory.File("keys"));
        using var rsa = RSA.Create(2048);
        var path = keys.PathOf(AuthorityKey.Tsa);
        Assert.Throws<KeyRefusedException>(() => keys.Load(AuthorityKey.Tsa));
        foreach (var content in (string[])["", "secret-text", "-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----", rsa.ExportPkcs8PrivateKeyPem(), new string('x', 20_000)])
        {
            File.WriteAllText(path, content);
            SetMode(path, Owner);
            var refusal = Assert.Throws<KeyRefusedException>(() => keys.Load(AuthorityKey.Tsa));
            Assert.DoesNotContain("secret-text", refusal.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_symbolic_link_is_no_key()
    {
        using var directory = new TemporaryDirectory();
        var keys = KeyDirectory.Create(directory.File("keys"));
        keys.Generate(AuthorityKey.Tsa).Dispose();
        File.CreateSymbolicLink(keys.PathOf(AuthorityKey.TsaRoot), keys.PathOf(AuthorityKey.Tsa));
        Assert.Throws<KeyRefusedException>(() => keys.Load(AuthorityKey.TsaRoot));
    }

    private static UnixFileMode Mode(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }
}

using System.Text.Json.Nodes;
using SigningAction.EndToEnd.Tests.Faults;
using SigningAction.EndToEnd.Tests.Ledger;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Repository;
using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.Operation;

/// <summary>
/// The runbook's blocks are typed as they stand, in a shell. The paths are the test's; <c>sudo</c>, <c>systemctl</c> and the owner of what is installed are stand-ins,
/// because a test has neither the service's user nor systemd.
/// </summary>
public sealed class RunbookTests(StoppedAuthority template) : IClassFixture<StoppedAuthority>
{
    private static readonly (string Name, string Script)[] StandIns =
    [
        ("sudo", "shift 2\nexec \"$@\"\n"),
        ("systemctl", "echo \"$*\" >>\"$HOME/systemctl\"\n"),
        ("install", "kept=()\nwhile [ $# -gt 0 ]; do case $1 in -o | -g) shift 2 ;; *) kept+=(\"$1\"); shift ;; esac; done\nexec /usr/bin/install \"${kept[@]}\"\n"),
        ("signing-authority", $"exec '{(Installed.HasAuthority ? Installed.Authority : "false")}' \"$@\"\n"),
    ];

    [Fact]
    public async Task A_backup_by_the_book_is_restored_by_the_book()
    {
        _ = Installed.Authority;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await TypeAsync(authority, "Backup");

        var ledger = Path.Combine(authority.AuthorityFolder, "ledger");
        await File.WriteAllTextAsync(Path.Combine(ledger, "ledger.db"), "lost", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(ledger, "ledger.db-wal"), "of the lost one", TestContext.Current.CancellationToken);
        await TypeAsync(authority, "Restore");
        Assert.Equal(
            ["stop signing-authority.socket signing-authority", "start signing-authority.socket signing-authority"],
            await File.ReadAllLinesAsync(Path.Combine(authority.Folder, "systemctl"), TestContext.Current.CancellationToken));
        Assert.Equal("lost", await File.ReadAllTextAsync(Path.Combine(authority.AuthorityFolder, "ledger-before-restore", "ledger.db"), TestContext.Current.CancellationToken));
        await RequireWholeAsync(authority);
    }

    [Fact]
    public async Task The_two_backups_make_an_authority_on_an_empty_machine()
    {
        _ = Installed.Authority;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await TypeAsync(authority, "A new log");
        await TypeAsync(authority, "Backup");
        var anew = Directory.CreateDirectory(Path.Combine(authority.Folder, "anew")).FullName;
        var unpacked = await Command.RunAsync("tar", ["-C", anew, "-xzf", Path.Combine(authority.Folder, "vault", "authority.tgz")], authority.Folder);
        Assert.True(unpacked.ExitCode == 0, unpacked.Text);
        Assert.False(Directory.Exists(Path.Combine(anew, "ledger")));
        File.Copy(Directory.GetFiles(Path.Combine(authority.Folder, "backup")).Single(), Path.Combine(Directory.CreateDirectory(Path.Combine(anew, "ledger")).FullName, "ledger.db"));
        await using var restored = BrittleAuthority.On(anew);
        await restored.FsckAsync();
        await restored.StartAsync();
    }

    [Theory]
    [InlineData("Certificate about to expire")]
    [InlineData("A new log")]
    [InlineData("Key lost or stolen")]
    public async Task A_block_does_what_it_says(string section)
    {
        _ = Installed.Authority;
        await using var authority = await BrittleAuthority.CopyAsync(template.Folder);
        await TypeAsync(authority, section);
        await authority.FsckAsync();
        await authority.StartAsync();
    }

    private async Task RequireWholeAsync(BrittleAuthority authority)
    {
        await authority.FsckAsync();
        await authority.StartAsync();
        var (_, leaves) = await authority.ReadLogAsync(template.Root);
        Assert.Equal(template.TreeRoot, TileLog.Root(leaves, StoppedAuthority.Entries));
    }

    /// <summary>The first block of a section, line by line; the first one that fails ends it.</summary>
    private static async Task TypeAsync(BrittleAuthority authority, string section)
    {
        var path = Directory.CreateDirectory(Path.Combine(authority.Folder, "stand-ins")).FullName;
        foreach (var (name, script) in StandIns)
        {
            var file = Path.Combine(path, name);
            await File.WriteAllTextAsync(file, $"#!/usr/bin/env bash\n{script}");
            var chmod = await Command.RunAsync("chmod", ["+x", file], path);
            Assert.True(chmod.ExitCode == 0, chmod.Text);
        }

        foreach (var name in new[] { "backup", "vault" })
        {
            _ = Directory.CreateDirectory(Path.Combine(authority.Folder, name));
        }

        var url = (string)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(authority.AuthorityFolder, "authority.json")))!["url"]!;
        var block = RepositoryFiles.Read("src/SigningAction.Authority/RUNBOOK.md").Split("\n## ").Single(text => text.StartsWith(section + "\n", StringComparison.Ordinal))
            .Split('\n').SkipWhile(line => !line.StartsWith("      ", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith("      ", StringComparison.Ordinal));
        var typed = string.Join('\n', block)
            .Replace("/srv/signing", authority.AuthorityFolder, StringComparison.Ordinal)
            .Replace("/srv/trust", Path.Combine(authority.Folder, "trust"), StringComparison.Ordinal)
            .Replace("/backup/", Path.Combine(authority.Folder, "backup") + "/", StringComparison.Ordinal)
            .Replace("/vault/", Path.Combine(authority.Folder, "vault") + "/", StringComparison.Ordinal)
            .Replace(" signing.example.com", " " + new Uri(url).Host, StringComparison.Ordinal);
        var done = await Command.RunAsync(
            "bash", ["-eu", "-c", typed], authority.Folder, new Dictionary<string, string> { ["PATH"] = $"{path}:{Environment.GetEnvironmentVariable("PATH")}" });
        Assert.True(done.ExitCode == 0, $"{typed}\n{done.Text}");
    }
}

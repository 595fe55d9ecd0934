using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Commands;

/// <summary>The command as an administrator runs it.</summary>
public sealed class FsckCommandTests
{
    [Fact]
    public async Task Incremental_reads_everything_once_and_then_what_came_since_and_a_finding_is_never_recorded_as_clean()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        using var signer = new TestSigner(authority.Client);
        _ = await signer.SignAsync(authority.Issuer, [1]);
        var (code, said) = await RunAsync(authority, "--since-last");
        Assert.Equal((ExitCodes.Done, "There is no record of a clean check: everything is read.\nClean: 3 leaves.\n"), (code, said));

        _ = await signer.SignAsync(authority.Issuer, [2]);
        Assert.Equal((ExitCodes.Done, "Clean: 3 leaves since the last check, of 6.\n"), await RunAsync(authority, "--since-last"));
        Assert.Equal((ExitCodes.Done, "Clean: 0 leaves since the last check, of 6.\n"), await RunAsync(authority, "--since-last"));
        var record = await File.ReadAllTextAsync(authority.Paths.FsckRecord);

        _ = await signer.SignAsync(authority.Issuer, [3]);
        await authority.StopAsync();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={authority.Paths.Database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE audit SET decision = 'refused' WHERE idx = 2";
            Assert.Equal(1, command.ExecuteNonQuery());
        }

        foreach (string[] more in new[] { Array.Empty<string>(), ["--since-last"] })
        {
            (code, said) = await RunAsync(authority, more);
            Assert.Equal(ExitCodes.Refused, code);
            Assert.Contains("audit rows of leaf 2: are not what the leaf makes them.", said, StringComparison.Ordinal);
            Assert.Equal(record, await File.ReadAllTextAsync(authority.Paths.FsckRecord));
        }
    }

    /// <summary>L-07, as the administrator sees it: what is wrong and what to do, and never how the program is built.</summary>
    [Fact]
    public async Task A_damaged_database_is_told_in_sentences_by_every_command_that_reads_it()
    {
        await using var authority = await AuthorityInProcess.StartAsync();
        using var signer = new TestSigner(authority.Client);
        _ = await signer.SignAsync(authority.Issuer, [1]);
        Assert.Equal(ExitCodes.Done, (await RunAsync(authority)).Code);
        await authority.StopAsync();
        var database = await File.ReadAllBytesAsync(authority.Paths.Database);
        for (var page = 0; page < database.Length / 4096; page++)
        {
            var damaged = database.ToArray();
            damaged.AsSpan((page * 4096) + (page == 0 ? 100 : 0), 8).Fill(0x5A);
            await File.WriteAllBytesAsync(authority.Paths.Database, damaged);
            RequireSentence(await RunAsync(authority));
        }

        // Every page but the one that says whose database it is: nothing of it may start.
        database.AsSpan(4096).Fill(0x5A);
        await File.WriteAllBytesAsync(authority.Paths.Database, database);
        foreach (string[] command in new[]
        {
            ["serve", authority.Directory, "--listen", "http://127.0.0.1:0"],
            ["shard", "add", authority.Directory, "--url", authority.OtherUrl],
            ["fsck", authority.Directory, "--since-last"],
            new[] { "backup", authority.Directory, "--to", authority.Paths.Database + ".copy" },
        })
        {
            RequireSentence(await RunAsync(command));
        }

        Assert.False(File.Exists(authority.Paths.Database + ".copy"));
    }

    private static void RequireSentence((int Code, string Text) ended)
    {
        Assert.True(ended.Code is ExitCodes.Refused or ExitCodes.Failed, ended.Text);
        Assert.DoesNotContain("   at ", ended.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", ended.Text, StringComparison.Ordinal);
        Assert.Matches("(fsck|[Rr]estore|copied)", ended.Text);
    }

    private static Task<(int Code, string Text)> RunAsync(AuthorityInProcess authority, params string[] more) => RunAsync(["fsck", authority.Directory, .. more]);

    private static async Task<(int Code, string Text)> RunAsync(string[] command)
    {
        using var output = new StringWriter();
        var code = await SigningAuthority.RunAsync(command, output, output);
        return (code, output.ToString());
    }
}

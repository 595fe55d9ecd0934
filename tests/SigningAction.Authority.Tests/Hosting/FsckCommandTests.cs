using SigningAction.Authority.Hosting;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

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

    private static async Task<(int Code, string Text)> RunAsync(AuthorityInProcess authority, params string[] more)
    {
        using var output = new StringWriter();
        var code = await SigningAuthority.RunAsync(["fsck", authority.Directory, .. more], output, output);
        return (code, output.ToString());
    }
}

using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using SigningAction.Authority.Commands;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Tests.Documents;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Commands;

/// <summary>What goes wrong on the first day: each thing is one sentence that names it and what to do, with the exit code of its family, and never a stack trace.</summary>
public sealed class CommandLineTests : IDisposable
{
    private const string Url = "https://signing.example.com";
    private readonly TemporaryDirectory _directory = new();

    private string Authority => _directory.File("authority");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task An_address_that_this_machine_does_not_have_is_named()
    {
        await InitAsync();
        await AuthorityCommand.RefusedAsync(
            ExitCodes.Failed, ["192.0.2.1:9111 cannot be listened on: this machine has no such address."], "serve", Authority, "--listen", "http://192.0.2.1:9111");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_in_one_line()
    {
        await InitAsync();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        using var log = new LogLines();
        var listen = new ListenAddress(IPAddress.Loopback, ((IPEndPoint)other.LocalEndpoint).Port);
        await AuthorityCommand.RefusedAsync(ExitCodes.Failed, [$"{listen} cannot be listened on: another process listens there."], "serve", Authority, "--listen", $"http://{listen}");
        await Assert.ThrowsAsync<IOException>(() => AuthorityHost.StartAsync(Authority, new AuthorityHostOptions { Listen = listen, Configure = builder => builder.Logging.AddProvider(log) }, TestContext.Current.CancellationToken));
        Assert.DoesNotContain(log.Lines, line => line.Contains("Hosting failed", StringComparison.Ordinal) || line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_directory_that_is_no_authoritys_is_a_file_that_is_missing() =>
        await AuthorityCommand.RefusedAsync(ExitCodes.Failed, [$"There is no {AuthorityPaths.Of(Authority).Configuration}. Name the authority's directory, or make one"], "fsck", Authority);

    [Fact]
    public async Task What_may_not_be_read_is_not_missing()
    {
        await InitAsync();
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Files have no modes there.");
            return;
        }

        File.SetUnixFileMode(Authority, UnixFileMode.None);
        try
        {
            var refused = OrdinaryAccount.Run(() => Assert.Throws<IOException>(() => ConfigurationFile.Read(AuthorityPaths.Of(Authority).Configuration)));
            Assert.EndsWith("authority.json may not be read by this user. Run the command as the user that the authority runs as.", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(Authority, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task A_directory_in_place_of_the_configuration_is_called_one()
    {
        Directory.CreateDirectory(AuthorityPaths.Of(Authority).Configuration);
        await AuthorityCommand.RefusedAsync(ExitCodes.Failed, ["authority.json is a directory"], "fsck", Authority);
    }

    [Fact]
    public async Task A_lock_that_cannot_be_written_is_no_second_process()
    {
        await InitAsync();
        var path = AuthorityPaths.Of(Authority).Database + ".lock";
        File.Delete(path);
        Directory.CreateDirectory(path);
        var (code, _, error) = await AuthorityCommand.RunAsync("serve", Authority);
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains($"{path} cannot be written: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Another process", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, "read-only file system")]
    [InlineData(28, "no space left on device")]
    public void What_the_system_refuses_is_told_in_its_own_words_without_a_file_name(int number, string words) =>
        Assert.Equal(words, FileFaults.Reason(new IOException("text : '/a/.b.tmp'", number)));

    [Theory]
    [InlineData("--url 'http://sign.example' must be https", "--url", "http://sign.example")]
    [InlineData("--issuer 'not a url' must be https", "--url", Url, "--issuer", "not a url")]
    [InlineData("--issuer 'https://a.example/' must be https", "--url", Url, "--issuer", "https://a.example/")]
    public async Task What_init_is_given_wrongly_is_named_with_its_value(string said, params string[] options)
    {
        await AuthorityCommand.RefusedAsync(ExitCodes.Usage, [said], ["init", Authority, .. options]);
        Assert.False(Path.Exists(Authority));
    }

    [Fact]
    public async Task A_file_in_place_of_the_directory_is_called_one()
    {
        await File.WriteAllTextAsync(Authority, "x", TestContext.Current.CancellationToken);
        await AuthorityCommand.RefusedAsync(ExitCodes.Refused, [$"{Authority} is a file."], "init", Authority, "--url", Url);
    }

    [Fact]
    public async Task A_backup_that_cannot_be_written_is_told_by_its_own_name()
    {
        await InitAsync();
        var target = _directory.File("none/l.db");
        var (code, _, error) = await AuthorityCommand.RunAsync("backup", Authority, "--to", target);
        Assert.Equal((ExitCodes.Failed, $"It could not be done: {target} cannot be written: there is no such directory.\n"), (code, error));
    }

    [Theory]
    [InlineData("There is no command 'serv'. There are: init, serve, ", "serv")]
    [InlineData("A command is missing: init, serve, ")]
    [InlineData("A command is missing: check, explain, schema.", "policy")]
    [InlineData("DIR is missing: The authority's directory", "init", "--url", Url)]
    [InlineData("HOST is missing: ", "shard", "freeze", "dir")]
    [InlineData("'xml'", "policy", "check", "x.yml", "--format", "xml")]
    [InlineData("--wrong", "serve", "dir", "--wrong")]
    public async Task A_wrong_command_line_is_one_line_a_fault_and_the_way_to_the_help(string said, params string[] arguments)
    {
        var (code, output, error) = await AuthorityCommand.RunAsync(arguments);
        Assert.Equal((ExitCodes.Usage, ""), (code, output));
        var lines = error.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("signing-authority: ", lines[0], StringComparison.Ordinal);
        Assert.Contains(said, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("See signing-authority ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(" --help.", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_help_has_exit_codes_and_examples_that_parse_and_names_its_values()
    {
        foreach (var (name, command) in CommandLine.Commands())
        {
            var (code, help, _) = await AuthorityCommand.RunAsync([.. name.Split(' '), "--help"]);
            Assert.Equal(ExitCodes.Done, code);
            Assert.Contains("Exit codes:", help, StringComparison.Ordinal);
            Assert.NotEmpty(HelpWithExamples.ExamplesOf(command));
            Assert.All(command.Options, option => Assert.DoesNotContain($"{option.Name} <{option.Name.TrimStart('-')}>", help, StringComparison.Ordinal));
            foreach (var example in HelpWithExamples.ExamplesOf(command))
            {
                var typed = example.Split("| ").Last().Split(" > ")[0];
                Assert.StartsWith($"signing-authority {name} ", typed + " ", StringComparison.Ordinal);
                Assert.Empty(System.CommandLine.Parsing.CommandLineParser.Parse(SigningAuthority.CreateRoot(), typed["signing-authority ".Length..]).Errors);
                Assert.Contains(example, help, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("policy", "schema")]
    [InlineData("--help")]
    [InlineData("init", "--help")]
    public async Task Output_that_cannot_be_written_is_a_sentence(params string[] arguments)
    {
        await using var error = new StringWriter();
        await using var full = new FullWriter();
        Assert.Equal(ExitCodes.Failed, await SigningAuthority.RunAsync(arguments, full, error));
        Assert.Equal("It could not be done: No space left on device\n", error.ToString());
        Assert.Equal(ExitCodes.Failed, await SigningAuthority.RunAsync(arguments, full, full));
        Assert.Equal(ExitCodes.Failed, await SigningAuthority.RunAsync(["serv"], full, full));
        await using var closed = new FullWriter(new UnauthorizedAccessException("Access to the path is denied."));
        Assert.Equal(ExitCodes.Failed, await SigningAuthority.RunAsync(arguments, closed, closed));
    }

    [Fact]
    public async Task A_URL_that_was_changed_is_blamed_on_the_file_that_has_it()
    {
        await InitAsync();
        Assert.Equal(ExitCodes.Done, (await AuthorityCommand.RunAsync("shard", "add", Authority, "--url", "https://log2.example.com")).Code);
        var paths = AuthorityPaths.Of(Authority);
        await File.WriteAllTextAsync(paths.Configuration, (await File.ReadAllTextAsync(paths.Configuration)).Replace(Url, "https://other.example.com", StringComparison.Ordinal));
        await AuthorityCommand.RefusedAsync(
            ExitCodes.Refused, [$"{paths.Configuration}: url is https://other.example.com, and this authority was made for {Url}", paths.FixedUrl, "put it back"], "serve", Authority);
    }

    [Fact]
    public async Task What_trust_prints_is_named_before_it_is_taken_for_something_else()
    {
        await InitAsync();
        var (_, config, said) = await AuthorityCommand.RunAsync("trust", Authority);
        Assert.Contains("clienttrustconfig", config, StringComparison.Ordinal);
        Assert.Contains("This is the client trust config, which signers take. Verifiers take the trusted root: --print trusted_root.json", said, StringComparison.Ordinal);
        var (code, root, silent) = await AuthorityCommand.RunAsync("trust", Authority, "--print", "trusted_root.json");
        Assert.Equal((ExitCodes.Done, ""), (code, silent));
        Assert.Contains("https://signing.example.com/ct", System.Text.Encoding.UTF8.GetString(Evidence.Trust.TrustedRoot.Parse(System.Text.Encoding.UTF8.GetBytes(root.TrimEnd())).ToJson()), StringComparison.Ordinal);
    }

    private async Task InitAsync() => Assert.Equal(ExitCodes.Done, (await AuthorityCommand.RunAsync("init", Authority, "--url", Url)).Code);

    /// <summary>A disk without room, or a stream that was closed.</summary>
    private sealed class FullWriter(Exception? fault = null) : StringWriter
    {
        private Exception Fault { get; } = fault ?? new IOException("No space left on device");

        public override void Write(char value) => throw Fault;

        public override void Write(string? value) => throw Fault;

        public override void Write(ReadOnlySpan<char> buffer) => throw Fault;

        public override void Write(char[] buffer, int index, int count) => throw Fault;

        public override void WriteLine(string? value) => throw Fault;

        public override Task WriteLineAsync(string? value) => throw Fault;
    }
}

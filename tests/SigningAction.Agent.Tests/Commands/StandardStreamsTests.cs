using System.Diagnostics;
using System.Text;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>Standard output and error that nobody reads, and a token that comes through a pipe.</summary>
public sealed class StandardStreamsTests : IDisposable
{
    private readonly SmallSigstore _sigstore = new(TimeProvider.System);
    private readonly TestPlace _place;

    public StandardStreamsTests()
    {
        _place = new TestPlace { Network = _sigstore }.AsGitHubJob(SmallSigstore.TokenUrl);
        _place.Write("a.zip", "a");
    }

    [Fact]
    public async Task Standard_error_that_cannot_be_written_ends_no_run()
    {
        await using var gone = new GoneWriter();
        Assert.Equal(AgentFaults.Success, await RunAsync(_place.Environment with { Error = gone }));
        Assert.True(File.Exists(_place.PathOf("a.zip.sigstore.json")));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Standard_output_that_cannot_be_written_is_told_and_no_fault_of_ours(string format)
    {
        await using var gone = new GoneWriter();
        Assert.Equal(AgentFaults.CouldNot, await RunAsync(_place.Environment with { Out = gone }, "--format", format));
        Assert.Contains("CANNOT_WRITE", _place.Printed, StringComparison.Ordinal);
        Assert.Contains("Standard output cannot be written", _place.Printed, StringComparison.Ordinal);
        Assert.True(File.Exists(_place.PathOf("a.zip.sigstore.json")));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("attest", "--help")]
    public async Task Help_that_cannot_be_written_is_told(params string[] args)
    {
        await using var gone = new GoneWriter();
        var exit = await SigningAgent.RunAsync(args, _place.Environment with { Out = gone }, TestContext.Current.CancellationToken);
        Assert.Equal(AgentFaults.CouldNot, exit);
        Assert.Contains("CANNOT_WRITE", _place.Printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_that_nobody_writes_a_token_into_is_left_when_the_run_is_stopped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no named pipes in the file system");
        var pipe = Pipe();
        using var stop = new CancellationTokenSource();
        var run = RunAsync(_place.Environment, stop.Token, "--identity-token", pipe);
        await Eventually.TrueAsync(() => _sigstore.Asked.Count > 0, () => _place.Printed);
        await stop.CancelAsync();
        Assert.Equal(AgentFaults.CouldNot, await run.WithinDeadlineAsync());
        Assert.Contains("STOPPED", _place.Printed, StringComparison.Ordinal);

        // Opened for both it does not wait, and lets the thread go that does.
        await using var end = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite);
    }

    [Fact]
    public async Task A_token_comes_through_a_pipe_and_no_more_than_a_token()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no named pipes in the file system");
        var pipe = Pipe();
        var run = RunAsync(_place.Environment, "--identity-token", pipe);
        await File.WriteAllTextAsync(pipe, TestTokens.Create(TimeProvider.System.GetUtcNow().AddMinutes(5)), TestContext.Current.CancellationToken);
        Assert.Equal(AgentFaults.Success, await run.WithinDeadlineAsync());

        var endless = RunAsync(_place.Environment, "--identity-token", "/dev/zero");
        Assert.Equal(AgentFaults.CouldNot, await endless.WithinDeadlineAsync());
        Assert.Contains("CANNOT_READ", _place.Printed, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _place.Dispose();
        _sigstore.Dispose();
    }

    private string Pipe()
    {
        var path = _place.PathOf("pipe");
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
        return path;
    }

    private static Task<int> RunAsync(AgentEnvironment environment, params string[] more) => RunAsync(environment, TestContext.Current.CancellationToken, more);

    private static Task<int> RunAsync(AgentEnvironment environment, CancellationToken cancellation, params string[] more) =>
        SigningAgent.RunAsync(["sign", "a.zip", "--authority", SmallSigstore.Url, .. more], environment, cancellation);

    /// <summary>A full disk.</summary>
    private sealed class GoneWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device.");
    }
}

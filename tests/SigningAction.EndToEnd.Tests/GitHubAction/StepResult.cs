using SigningAction.EndToEnd.Tests.Running;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>What a runner has after a step: how it ended, and what its output and its command files told.</summary>
internal sealed record StepResult(int ExitCode, IReadOnlyList<string> Lines, IReadOnlyDictionary<string, string> Outputs, string Summary, string Text)
{
    /// <summary>Bytes, as the runner counts them.</summary>
    private const int LargestSummary = 1 << 20;

    private readonly IReadOnlyList<RunnerCommand> _commands = Listen(Lines);

    /// <summary>Values that the runner will not show again.</summary>
    public IReadOnlyList<string> Masks => Of("add-mask");

    /// <summary>Messages of the errors on the run's page.</summary>
    public IReadOnlyList<string> Errors => Of("error");

    /// <summary>Messages of the notices.</summary>
    public IReadOnlyList<string> Notices => Of("notice");

    /// <summary>Titles of the folded parts of the log.</summary>
    public IReadOnlyList<string> Groups => Of("group");

    /// <summary>Every command in its order.</summary>
    public IEnumerable<string> Names => _commands.Select(command => command.Name);

    /// <summary>The error annotations with their properties.</summary>
    public IEnumerable<RunnerCommand> ErrorCommands => _commands.Where(command => command.Name == "error");

    public static StepResult Read(Command done, string fileCommands)
    {
        // Nothing may be left in a file that later steps of the job read, but what the action documents.
        Assert.Empty(FileCommands.Read(Path.Combine(fileCommands, "env")));
        Assert.Empty(FileCommands.Read(Path.Combine(fileCommands, "state")));
        Assert.Empty(File.ReadAllText(Path.Combine(fileCommands, "path")));
        Assert.Empty(File.ReadAllText(Path.Combine(fileCommands, "artifacts")));
        var summary = File.ReadAllText(Path.Combine(fileCommands, "summary"));
        Assert.True(new FileInfo(Path.Combine(fileCommands, "summary")).Length <= LargestSummary, "The runner drops a larger summary.");
        string[] lines = [.. done.Error.Split('\n'), .. done.Output.Split('\n')];
        return new StepResult(done.ExitCode, lines, FileCommands.Read(Path.Combine(fileCommands, "output")), summary, $"{done.Text}\n{summary}");
    }

    private IReadOnlyList<string> Of(string name) => [.. _commands.Where(command => command.Name == name).Select(command => command.Data)];

    /// <summary>The commands of both streams; between stop-commands and its token there are none.</summary>
    private static List<RunnerCommand> Listen(IReadOnlyList<string> lines)
    {
        var heard = new List<RunnerCommand>();
        string? stopped = null;
        foreach (var line in lines)
        {
            if (RunnerCommand.Parse(line, stopped) is not { } command)
            {
                continue;
            }

            if (stopped is null)
            {
                heard.Add(command);
                stopped = command.Name == "stop-commands" ? command.Data : null;
            }
            else if (command.Name == stopped)
            {
                stopped = null;
            }
        }

        return heard;
    }
}

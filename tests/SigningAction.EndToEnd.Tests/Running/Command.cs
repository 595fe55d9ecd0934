using System.Diagnostics;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Running;

/// <summary>What a finished program left: its exit code and everything it printed.</summary>
internal sealed record Command(int ExitCode, string Output, string Error)
{
    /// <summary>Both streams, for a message.</summary>
    public string Text => $"exit {ExitCode}\n{Output}\n{Error}";

    /// <summary>
    /// Runs a program to its end with just these variables besides the path and a scratch home. One that does not end is killed, and what it said until then is shown.
    /// </summary>
    public static async Task<Command> RunAsync(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? variables = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var process = Start(program, arguments, folder, variables);
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        try
        {
            await process.WaitForExitAsync(cancel).WithinDeadlineAsync();
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end\n{await output}\n{await error}");
        }

        return new Command(process.ExitCode, await output, await error);
    }

    /// <summary>Starts a program that goes on running.</summary>
    public static Process Start(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet" ? path : RuntimeRoot());
        start.Environment["HOME"] = folder;

        // A runtime that is killed leaves its diagnostic socket, sigstore-js its scratch folders; here they go with the test's folder.
        start.Environment["TMPDIR"] = Directory.CreateDirectory(Path.Combine(folder, "tmp")).FullName;
        start.Environment["TUF_ROOT"] = Path.Combine(folder, "tuf");
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    /// <summary>A framework-dependent program finds the runtime that these tests run on.</summary>
    private static string RuntimeRoot() => Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "dotnet"));
}

using System.Diagnostics.CodeAnalysis;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Commands;

/// <summary>How a command ends when it cannot go on: one message on standard error that says what to do, and an exit code.</summary>
internal static class CommandFaults
{
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The last line before the process ends: a defect must not look like a refusal (exit code 1) nor abort with a core.")]
    public static async Task<int> RunAsync(TextWriter error, Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception e) when (e is ConfigurationRefusedException or LedgerRefusedException or StoreRefusedException or KeyRefusedException or PolicyLoadException)
        {
            return await EndAsync(error, e.Message, ExitCodes.Refused);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KeyUnavailableException)
        {
            return await EndAsync(error, $"It could not be done: {e.Message}", ExitCodes.Failed);
        }
        catch (Exception e)
        {
            // On the administrator's own terminal, and the only log that a command has.
            return await EndAsync(error, $"A fault of signing-authority itself; report it with these lines: {e}", ExitCodes.Failed);
        }
    }

    private static async Task<int> EndAsync(TextWriter error, string message, int code)
    {
        try
        {
            await error.WriteLineAsync(message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Standard error is closed or full: the exit code still tells.
        }

        return code;
    }
}

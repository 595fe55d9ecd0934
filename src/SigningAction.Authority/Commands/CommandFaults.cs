using SigningAction.Authority.Hosting;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Commands;

/// <summary>How a command ends when it cannot go on: one message on standard error that says what to do, and an exit code. Anything else is a defect and shows itself.</summary>
internal static class CommandFaults
{
    public static async Task<int> RunAsync(TextWriter error, Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (Exception e) when (e is ConfigurationRefusedException or LedgerRefusedException or StoreRefusedException or KeyRefusedException or PolicyLoadException)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCodes.Refused;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KeyUnavailableException)
        {
            await error.WriteLineAsync($"It could not be done: {e.Message}");
            return ExitCodes.Failed;
        }
    }
}

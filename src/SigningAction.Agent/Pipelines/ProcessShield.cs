using System.Runtime.InteropServices;

namespace SigningAction.Agent.Pipelines;

/// <summary>
/// Keeps the memory of this process, where the key and the token are, from other processes of the same account: none may attach to it or read <c>/proc/PID/mem</c>, and no
/// core is written. It is no wall against root, which a runner's account often can become and which is the account of a container.
/// </summary>
internal static partial class ProcessShield
{
    private const int SetDumpable = 4; // PR_SET_DUMPABLE

    /// <summary>Raises it, before there is a secret. Where the system has nothing of the kind, nothing is lost.</summary>
    public static void Raise()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Control(SetDumpable, 0, 0, 0, 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);
}

using System.ComponentModel;
using System.Runtime.InteropServices;

namespace SigningAction.Testing;

/// <summary>Files as their modes say: tests may run as root, whom no mode stops, and what may not be read or written must be told all the same.</summary>
public static partial class OrdinaryAccount
{
    /// <summary>_LINUX_CAPABILITY_VERSION_3, and 0 for the calling thread.</summary>
    private static readonly uint[] Header = [0x20080522, 0];

    /// <summary>CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH.</summary>
    private const uint PastModes = (1u << 1) | (1u << 2);

    /// <summary>Runs it on a thread of its own, which has no right to pass over the modes of files. It must do its work on that thread.</summary>
    public static T Run<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>();
        var thread = new Thread(() =>
        {
            try
            {
                GiveUpPastModes();
                done.SetResult(work());
            }
            catch (Exception e) when (done.TrySetException(e))
            {
                // The caller has it.
            }
        });
        thread.Start();
        thread.Join();
        return done.Task.GetAwaiter().GetResult();
    }

    private static void GiveUpPastModes()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return;
        }

        // Effective, permitted and inheritable, the lower 32 capabilities first.
        var sets = new uint[6];
        if (Get(Header, sets) == 0)
        {
            sets[0] &= ~PastModes;
            if (Set(Header, sets) == 0)
            {
                return;
            }
        }

        throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "capget", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Get(uint[] header, [In, Out] uint[] sets);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Set(uint[] header, uint[] sets);
}

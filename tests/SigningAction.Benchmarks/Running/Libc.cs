using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SigningAction.Benchmarks.Running;

/// <summary>What the platform does not offer: a sync that reports failure, and a child process with the kernel's own account of it.</summary>
internal static partial class Libc
{
    private const int WriteOnly = 1; // O_WRONLY
    private const int FileActionsBytes = 256; // glibc's posix_spawn_file_actions_t has 80, musl's less
    private const int RusageBytes = 256; // struct rusage has 144 on 64-bit Linux
    private const int Terminate = 15; // SIGTERM

    /// <summary>fsync; throws when it fails.</summary>
    public static void Sync(SafeFileHandle file) => Require(Fsync(file) == 0 ? 0 : Marshal.GetLastPInvokeError(), "fsync");

    /// <summary>Asks a process to stop.</summary>
    public static void Stop(int process) => Require(Kill(process, Terminate) == 0 ? 0 : Marshal.GetLastPInvokeError(), "kill");

    /// <summary>Runs a program to its end with its output thrown away, as cheaply as the system can.</summary>
    /// <returns>The wait status (0: exited with 0) and the kernel's <c>struct rusage</c> of this one process.</returns>
    public static (int Status, byte[] Usage) Run(string program, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        var actions = new byte[FileActionsBytes];
        Require(FileActionsInit(actions), "posix_spawn_file_actions_init");
        Require(FileActionsAddOpen(actions, 1, "/dev/null", WriteOnly, 0), "posix_spawn_file_actions_addopen");
        Require(FileActionsAddOpen(actions, 2, "/dev/null", WriteOnly, 0), "posix_spawn_file_actions_addopen");
        var argv = Vector([program, .. arguments]);
        var envp = Vector(environment);
        try
        {
            Require(Spawn(out var pid, program, actions, 0, argv, envp), $"posix_spawn {program}");
            var usage = new byte[RusageBytes];
            return Wait4(pid, out var status, 0, usage) == pid ? (status, usage) : throw new IOException("wait4 failed.");
        }
        finally
        {
            Array.ForEach(argv, Marshal.FreeCoTaskMem);
            Array.ForEach(envp, Marshal.FreeCoTaskMem);
            _ = FileActionsDestroy(actions);
        }
    }

    private static nint[] Vector(IReadOnlyList<string> texts) => [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    private static void Require(int error, string call)
    {
        if (error != 0)
        {
            throw new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Spawn(out int pid, string path, [In] byte[] actions, nint attributes, [In] nint[] argv, [In] nint[] envp);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileActionsInit([In, Out] byte[] actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileActionsAddOpen([In, Out] byte[] actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileActionsDestroy([In, Out] byte[] actions);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Wait4(int pid, out int status, int options, [Out] byte[] usage);
}

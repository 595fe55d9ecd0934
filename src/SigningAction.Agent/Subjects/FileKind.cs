using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SigningAction.Agent.Subjects;

/// <summary>
/// Tells regular files from pipes, sockets and devices before one is opened: opening a pipe blocks until somebody writes, and .NET has no name for the
/// kind. <c>statx</c> has one layout on every Linux architecture, unlike <c>stat</c>.
/// </summary>
internal static partial class FileKind
{
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint TypeMask = 1; // STATX_TYPE
    private const int ModeOffset = 28; // stx_mode, u16
    private const int StructSize = 256;
    private const int FormatMask = 0xF000; // S_IFMT
    private const int Regular = 0x8000; // S_IFREG

    /// <summary>Whether <paramref name="path"/>, links followed, is a regular file.</summary>
    public static bool IsRegular(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return File.Exists(path) && (File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.Device)) == 0;
        }

        Span<byte> status = stackalloc byte[StructSize];
        return Statx(CurrentDirectory, path, 0, TypeMask, ref MemoryMarshal.GetReference(status)) == 0
            && (BinaryPrimitives.ReadUInt16LittleEndian(status[ModeOffset..]) & FormatMask) == Regular;
    }

    /// <summary>What something that exists and is no regular file is, for a sentence.</summary>
    public static string WhatElse(string path) => Directory.Exists(path) ? "it is a directory"
        : new FileInfo(path).LinkTarget is not null && !LeadsSomewhere(path) ? "it is a link that leads nowhere"
        : "it is not a regular file";

    private static bool LeadsSomewhere(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            Span<byte> status = stackalloc byte[StructSize];
            return Statx(CurrentDirectory, path, 0, TypeMask, ref MemoryMarshal.GetReference(status)) == 0;
        }

        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true) is { Exists: true };
        }
        catch (IOException)
        {
            // A circle.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int directory, string path, int flags, uint mask, ref byte status);
}

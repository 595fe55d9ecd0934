using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SigningAction.Authority.Storage;

/// <summary>Why a file or an address could not be used, in the system's own words and without a name: whoever throws again says which one it is, as its user knows it.</summary>
internal static class FileFaults
{
    /// <summary>Above these are the platform's own codes; up to it an error number of the system.</summary>
    private const int LargestErrorNumber = 4095;

    /// <summary>The reason, a clause that begins with a small letter and has no full stop.</summary>
    public static string Reason(Exception fault) => fault switch
    {
        UnauthorizedAccessException => "permission denied",
        FileNotFoundException => "there is no such file",
        DirectoryNotFoundException => "there is no such directory",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "this machine has no such address",
        SocketException { SocketErrorCode: SocketError.AccessDenied } => "permission denied (ports below 1024 need a privilege)",
        SocketException { NativeErrorCode: var code and > 0 and <= LargestErrorNumber } => Small(Marshal.GetPInvokeErrorMessage(code)),
        IOException { HResult: var code and > 0 and <= LargestErrorNumber } => Small(Marshal.GetPInvokeErrorMessage(code)),
        _ => fault.Message.TrimEnd('.'),
    };

    private static string Small(string text) => text.Length == 0 ? "the system refused" : char.ToLower(text[0], CultureInfo.InvariantCulture) + text[1..];
}

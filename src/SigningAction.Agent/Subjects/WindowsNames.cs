namespace SigningAction.Agent.Subjects;

/// <summary>Names that mean something else on Windows than the file that they seem to name (Microsoft: "Naming Files, Paths, and Namespaces").</summary>
public static class WindowsNames
{
    private static readonly string[] Devices =
    [
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        .. ((string[])["COM", "LPT"]).SelectMany(port => "0123456789\u00B9\u00B2\u00B3".Select(digit => $"{port}{digit}")),
    ];

    /// <summary>What is wrong with a path on Windows, for a message; null where it is what it seems.</summary>
    /// <param name="path">Absolute or relative, with either slash.</param>
    public static string? Fault(string path)
    {
        const string Verbatim = @"\\?\";
        var plain = path.StartsWith(Verbatim, StringComparison.Ordinal) ? path[Verbatim.Length..] : path;
        var names = (plain is [_, ':', ..] ? plain[2..] : plain).Split('/', '\\').Where(name => name is not ("" or "." or "..")).ToList();
        return names.Any(name => name.Contains(':', StringComparison.Ordinal)) ? "a colon names a stream beside the file's content, and not the file"
            : names.Any(IsDevice) ? "Windows takes the name for a device, whatever its ending"
            : names.Any(name => name[^1] is '.' or ' ') ? "Windows drops a dot or blank at the end of a name, so it is the name of another file"
            : null;
    }

    /// <summary>Whether Windows takes a file name for a device: by what stands before its first dot.</summary>
    public static bool IsDevice(string name) => Devices.Contains(name.Split('.')[0].TrimEnd(' '), StringComparer.OrdinalIgnoreCase);
}

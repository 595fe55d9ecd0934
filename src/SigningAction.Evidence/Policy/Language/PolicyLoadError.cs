using System.Globalization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Policy.Language;

/// <summary>One thing that is wrong in a policy file.</summary>
/// <param name="File">The file's name as it was given.</param>
/// <param name="Line">From 1; 0 when the file could not be read at all.</param>
/// <param name="Column">From 1, in UTF-16 code units; 0 when the file could not be read at all.</param>
/// <param name="Message">What is wrong and what to do, one clause each, without control characters.</param>
public sealed record PolicyLoadError(string File, int Line, int Column, string Message)
{
    /// <summary><c>FILE:LINE:COLUMN: MESSAGE</c>, as compilers print it and editors follow it.</summary>
    public override string ToString() => Line == 0
        ? $"{PrintableText.Neutralise(File)}: {Message}"
        : string.Create(CultureInfo.InvariantCulture, $"{PrintableText.Neutralise(File)}:{Line}:{Column}: {Message}");
}

using System.Globalization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Policy;

/// <summary>Something in a valid policy that its author hardly means.</summary>
/// <param name="File">The file's name as it was given.</param>
/// <param name="Line">Where it stands, from 1.</param>
/// <param name="Message">What it is and what to do, without control characters.</param>
public sealed record PolicyWarning(string File, int Line, string Message)
{
    /// <summary><c>FILE:LINE: warning: MESSAGE</c>, as compilers print it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PrintableText.Neutralise(File)}:{Line}: warning: {Message}");
}

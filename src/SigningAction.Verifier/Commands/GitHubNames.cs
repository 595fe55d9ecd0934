using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Sources.GitHub;

namespace SigningAction.Verifier.Commands;

/// <summary>
/// Names as <c>gh</c> takes them, checked for their shape: a name of another shape could only be refused later, with a reason that sends
/// the reader to the artifact instead of the command line.
/// </summary>
internal sealed class GitHubNames(GitHubHost host)
{
    /// <summary><c>[HOST/]OWNER/NAME</c>.</summary>
    public string? Repository(string option, string? value) => Shaped(option, value, "OWNER/NAME", most: 2, least: 2);

    /// <summary><c>OWNER</c>.</summary>
    public string? Owner(string option, string? value) => Shaped(option, value, "OWNER", most: 1, least: 1);

    /// <summary><c>[HOST/]OWNER/NAME/PATH/FILE</c>, no ref.</summary>
    public string? Workflow(string option, string? value) =>
        value?.Contains('@', StringComparison.Ordinal) == true
            ? throw ProblemException.Usage($"{option} names a file without its ref; for a file at a ref use --cert-identity.")
            : Shaped(option, value, "OWNER/NAME/.github/workflows/FILE", most: 32, least: 4);

    private string? Shaped(string option, string? value, string shape, int most, int least)
    {
        if (value is null)
        {
            return null;
        }

        string[] parts = value.Split('/');
        var named = parts.Length > 1 && string.Equals(parts[0], host.Name, StringComparison.OrdinalIgnoreCase) ? parts[1..] : parts;
        return named.Length >= least && named.Length <= most && named.All(part => part is not ("" or "." or ".."))
            ? string.Join('/', named)
            : throw ProblemException.Usage($"{option} is not of the form {shape}: {PrintableText.Exact(value)}{(value.Contains("://", StringComparison.Ordinal) ? "; leave out https:// and the host" : string.Empty)}.");
    }
}

using System.CommandLine;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Policy;

namespace SigningAction.Verifier.Commands;

/// <summary>The options of a verification summary. A summary without a policy, a resource or a verifier would say nothing, so each must be given.</summary>
internal sealed class SummaryOptions
{
    private readonly Option<string?> _file = new("--write-vsa") { Description = "Write an in-toto verification summary of the run, unsigned.", HelpName = "FILE" };
    private readonly Option<string?> _resource = new("--vsa-resource") { Description = "What the artifacts are, as a URI that consumers will ask for.", HelpName = "URI" };
    private readonly Option<string?> _verifier = new("--vsa-verifier") { Description = "Who verifies, as a URI that consumers will know.", HelpName = "URI" };

    /// <summary>All of them, in the order of the help.</summary>
    public IReadOnlyList<Option> All => [_file, _resource, _verifier];

    /// <summary>Null where no summary is asked for.</summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public VerificationSummary? Read(ParseResult parsed, AcceptancePolicyFile? policy)
    {
        var (file, resource, verifier) = (parsed.GetValue(_file), parsed.GetValue(_resource), parsed.GetValue(_verifier));
        if (file is null)
        {
            return resource is null && verifier is null ? null : throw ProblemException.Usage("--vsa-resource and --vsa-verifier belong to --write-vsa.");
        }

        if (file.Length == 0 || policy is null)
        {
            throw ProblemException.Usage(file.Length == 0 ? "--write-vsa is given, but empty." : "--write-vsa needs --policy: a summary names the policy that was checked.");
        }

        return IsUri(resource) && IsUri(verifier)
            ? new VerificationSummary(file, resource!, verifier!, policy)
            : throw ProblemException.Usage("--write-vsa needs --vsa-resource and --vsa-verifier, each an absolute URI.");
    }

    private static bool IsUri(string? value) =>
        value is not null && Uri.TryCreate(value, UriKind.Absolute, out _)
        && value.All(c => char.IsAscii(c) && c > ' ' && !char.IsControl(c)) && value.Contains(':', StringComparison.Ordinal);
}

using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Policy.Language;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Sources;
using SigningAction.Yaml;

namespace SigningAction.Verifier.Policy;

/// <summary>
/// A verification policy, <c>verification-policy.yml</c>: bytes in, a policy or located errors out. Its rules are those of the authority's signing policy, read by the same
/// code. README.md describes the language.
/// </summary>
internal sealed record AcceptancePolicyFile(string Path, Sha256Digest Digest, AcceptancePolicy Policy)
{
    /// <summary>Errors that are told at once; the rest is found after the first are corrected.</summary>
    private const int ErrorsTold = 10;

    /// <summary>Reads and compiles a file.</summary>
    /// <exception cref="ProblemException">It could not be read, or is no policy: every error with its line.</exception>
    public static AcceptancePolicyFile Load(string path)
    {
        var content = SmallFile.ReadPolicy(path);
        try
        {
            return new AcceptancePolicyFile(path, Sha256Digest.Of(content), Parse(content, path));
        }
        catch (PolicyLoadException e)
        {
            throw ProblemException.NotChecked(
                $"The policy is refused: {string.Join("; ", e.Errors.Take(ErrorsTold))}.", "Correct the policy file; without a policy nothing is accepted.", e);
        }
    }

    /// <summary>Compiles the content of a file; <paramref name="name"/> stands in the errors.</summary>
    /// <exception cref="PolicyLoadException">It is no policy.</exception>
    public static AcceptancePolicy Parse(ReadOnlySpan<byte> content, string name)
    {
        var errors = new PolicyErrors(name);
        var document = PolicyDocument.Of(YamlTree.Read(PolicyText.Decode(content, errors), errors), errors, "require", "logs", "timestamps", "max_age");
        var rules = document.ReadRules();
        var reader = new RequirementReader(errors);
        var logs = reader.Number(document.Root, "logs", Limits.LogEntries);
        var timestamps = reader.Number(document.Root, "timestamps", Limits.Timestamps);
        var age = reader.Age(document.Root);
        string[] names = [.. rules.Where(rule => rule.Effect == PolicyEffect.Allow).Select(rule => rule.Name)];
        var required = reader.Read(document.Root, names);
        errors.ThrowIfAny();
        var version = Sha256Digest.Of(content);
        return new AcceptancePolicy(rules.Count == 0 ? SigningPolicy.DenyAll(version) : SigningPolicy.Compile(version, rules), required)
        {
            Logs = logs,
            Timestamps = timestamps ?? 1,
            MaximumAge = age,
        };
    }
}

using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Policy.Language;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Policy;
using SigningAction.Verifier.Sources;

namespace SigningAction.Verifier.Commands;

/// <summary>
/// <c>signing-verifier policy check|schema</c>, as the authority has them for its own policy. Exit codes: 0 valid, 1 not a policy, 3 the file could not be read.
/// </summary>
internal static class PolicyCommand
{
    private const string Json = "json";

    public static Command Create() => new("policy", "Check a verification policy, print its JSON schema.") { Check(), Schema() };

    private static Command Check()
    {
        var file = new Argument<string>("FILE") { Description = "The policy file, for example verification-policy.yml." };
        var format = OptionValue.OneOf("--format", "How to answer.", ["text", Json]);
        var command = new Command("check", "Say whether verify --policy would take this file: 0 yes, 1 no (each error with its line), 3 could not read it.") { file, format };
        command.SetAction(parsed =>
        {
            var console = parsed.InvocationConfiguration;
            var (exit, report) = Load(parsed.GetRequiredValue(file));
            if (parsed.GetRequiredValue(format) == Json)
            {
                console.Output.WriteLine(Encoding.UTF8.GetString(SafeJson.Write(json => JsonSerializer.Serialize(json, report, PolicyCheckJsonContext.Default.PolicyCheckJson))));
            }
            else
            {
                Write(report, console);
            }

            return (int)exit;
        });
        return command;
    }

    private static Command Schema()
    {
        var command = new Command("schema", $"Print the JSON schema for editors ({AcceptancePolicySchema.FileName}).");
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(AcceptancePolicySchema.Text());
            return (int)ExitCode.Verified;
        });
        return command;
    }

    private static (ExitCode Exit, PolicyCheckJson Report) Load(string path)
    {
        try
        {
            var policy = AcceptancePolicyFile.Parse(SmallFile.ReadPolicy(path), path).Signers;
            return (ExitCode.Verified, new PolicyCheckJson(path, true, policy.Version.ToString(), Count(policy, PolicyEffect.Allow), Count(policy, PolicyEffect.Deny), []));
        }
        catch (PolicyLoadException e)
        {
            return (ExitCode.Refused, Refused(path, e.Errors));
        }
        catch (ProblemException e)
        {
            return (ExitCode.NotChecked, Refused(path, [new PolicyLoadError(path, 0, 0, e.Problem.Fault)]));
        }
    }

    private static PolicyCheckJson Refused(string path, IReadOnlyList<PolicyLoadError> errors) => new(path, false, null, 0, 0, errors);

    private static int Count(SigningPolicy policy, PolicyEffect effect) => policy.Rules.Count(rule => rule.Effect == effect);

    private static void Write(PolicyCheckJson report, InvocationConfiguration console)
    {
        var file = Evidence.Encoding.PrintableText.Neutralise(report.File);
        if (report.Valid)
        {
            console.Output.WriteLine(report.AllowRules == 0
                ? $"{file}: valid, but it allows nothing. Version {report.Version}"
                : string.Create(CultureInfo.InvariantCulture, $"{file}: valid, {report.AllowRules} allow and {report.DenyRules} deny rules. Version {report.Version}"));
            return;
        }

        foreach (var fault in report.Errors)
        {
            console.Error.WriteLine(fault);
        }

        console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Errors: {report.Errors.Count}. verify --policy would accept nothing."));
    }
}

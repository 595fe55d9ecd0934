using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SigningAction.Authority.Policy;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Commands;

/// <summary><c>signing-authority policy check|explain|schema</c>. <c>check</c>: 0 valid, 1 not a policy, 3 the file could not be read.</summary>
public static class PolicyCommand
{
    private const string Json = "json";

    /// <summary>The command with its subcommands.</summary>
    public static Command Create() => new("policy", "Check a signing policy, explain a decision, print the JSON schema.") { Check(), Schema(), ExplainCommand.Create() };

    private static Command Check()
    {
        var file = new Argument<string>("FILE") { Description = "The policy file, for example signing-policy.yml." };
        var format = new Option<string>("--format") { Description = "text for people, json for scripts.", DefaultValueFactory = _ => "text" };
        _ = format.AcceptOnlyFromAmong("text", Json);
        var command = new Command("check", "Say whether the authority would take this policy: 0 yes, 1 no (each error with its line), 3 could not read it.") { file, format };
        command.SetAction(parsed =>
        {
            var (code, report) = Load(parsed.GetRequiredValue(file));
            var output = parsed.InvocationConfiguration;
            if (parsed.GetRequiredValue(format) == Json)
            {
                output.Output.WriteLine(JsonSerializer.Serialize(report, PolicyJson.Default.PolicyCheckReport));
            }
            else
            {
                Write(report, output.Output, output.Error);
            }

            return code;
        });
        return command;
    }

    private static Command Schema()
    {
        var command = new Command("schema", $"Print the JSON schema for editors ({PolicySchema.FileName}).");
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(PolicySchema.Text());
            return ExitCodes.Done;
        });
        return command;
    }

    private static (int Code, PolicyCheckReport Report) Load(string path)
    {
        byte[] content;
        try
        {
            content = PolicyFile.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (ExitCodes.Failed, PolicyCheckReport.Of(path, [new PolicyLoadError(path, 0, 0, $"could not be read ({e.GetType().Name}): check path and permissions")]));
        }

        try
        {
            return (ExitCodes.Done, PolicyCheckReport.Of(path, PolicyFile.Parse(content, path)));
        }
        catch (PolicyLoadException e)
        {
            return (ExitCodes.Refused, PolicyCheckReport.Of(path, e.Errors));
        }
    }

    private static void Write(PolicyCheckReport report, TextWriter output, TextWriter error)
    {
        if (report.Valid)
        {
            output.WriteLine(report.AllowRules == 0
                ? $"{report.File}: valid, but it allows nothing. Version {report.Version}"
                : string.Create(CultureInfo.InvariantCulture, $"{report.File}: valid, {report.AllowRules} allow and {report.DenyRules} deny rules. Version {report.Version}"));
            return;
        }

        foreach (var fault in report.Errors)
        {
            error.WriteLine(fault);
        }

        error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Errors: {report.Errors.Count}. The authority would keep the policy that is in force."));
    }
}

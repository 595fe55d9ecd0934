using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Policy.Language;

namespace SigningAction.Authority.Commands;

/// <summary>
/// <c>signing-authority policy check FILE</c>. Exit codes: 0 valid, with warnings or without; 1 not a policy; 3 a file could not be read; 2 (usage) is the command line's own.
/// </summary>
public static class CheckCommand
{
    private const string Json = "json";

    /// <summary>The command, a subcommand of <c>policy</c>.</summary>
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The policy file, for example signing-policy.yml; - is standard input." };
        var authority = new Option<string?>("--authority") { HelpName = "DIR", Description = "An authority's directory: warn of issuers that its authority.json does not have." };
        var format = new Option<string>("--format") { Description = "text for people, json for scripts.", DefaultValueFactory = _ => "text" };
        _ = format.AcceptOnlyFromAmong("text", Json);
        var command = new Command("check", "Say whether the authority would take this policy: 0 yes (with warnings of what can never match), 1 no (each error with its line), 3 could not read it.") { file, authority, format };
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                var issuers = parsed.GetValue(authority) is { } directory
                    ? ConfigurationFile.Read(AuthorityPaths.Of(directory).Configuration).Exchange.Issuers.ToDictionary(issuer => issuer.Url, issuer => issuer.Kind == IssuerKind.GitHubActions, StringComparer.Ordinal)
                    : null;
                var (code, report) = Load(parsed.GetRequiredValue(file), issuers);
                if (parsed.GetRequiredValue(format) == Json)
                {
                    await output.Output.WriteLineAsync(JsonSerializer.Serialize(report, PolicyJson.Default.PolicyCheckReport));
                }
                else
                {
                    await WriteAsync(report, output.Output, output.Error);
                }

                return code;
            });
        });
        return command;
    }

    private static (int Code, PolicyCheckReport Report) Load(string path, IReadOnlyDictionary<string, bool>? issuers)
    {
        byte[] content;
        try
        {
            content = PolicyFile.Read(PolicyFile.OnDisk(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var reason = Directory.Exists(path) ? "it is a directory" : FileFaults.Reason(e);
            return (ExitCodes.Failed, PolicyCheckReport.Of(path, [new PolicyLoadError(path, 0, 0, $"could not be read ({reason}): check path and permissions")]));
        }

        try
        {
            return (ExitCodes.Done, PolicyCheckReport.Of(path, PolicyFile.Parse(content, path), issuers));
        }
        catch (PolicyLoadException e)
        {
            return (ExitCodes.Refused, PolicyCheckReport.Of(path, e.Errors));
        }
    }

    private static async Task WriteAsync(PolicyCheckReport report, TextWriter output, TextWriter error)
    {
        foreach (var warning in report.Warnings)
        {
            await error.WriteLineAsync(warning.ToString());
        }

        if (report.Valid)
        {
            await output.WriteLineAsync(report.AllowRules == 0
                ? $"{report.File}: valid, but it allows nothing. Version {report.Version}"
                : string.Create(CultureInfo.InvariantCulture, $"{report.File}: valid, {report.AllowRules} allow and {report.DenyRules} deny rules. Version {report.Version}"));
            return;
        }

        foreach (var fault in report.Errors)
        {
            await error.WriteLineAsync(fault.ToString());
        }

        if (report.Errors is not [{ Line: 0 }])
        {
            await error.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{report.Errors.Count} error{(report.Errors.Count == 1 ? "" : "s")}. A running authority keeps the policy that it has, and none starts with this one."));
        }
    }
}

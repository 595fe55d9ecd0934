using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Probe;
using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Commands;

/// <summary><c>signing-authority probe URL</c>: exit 0 when everything is as it must be, 1 when something is wrong, 3 when it could not be found out.</summary>
public static class ProbeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var url = new Argument<string>("URL") { Description = "The authority's base URL." };
        var token = new Option<string?>("--identity-token") { HelpName = "FILE", Description = $"File with an OIDC token that policy allows; else the environment variable {EnvironmentVariables.IdentityToken}." };
        var root = new Option<string?>("--trusted-root") { HelpName = "FILE", Description = "The trusted root that verifiers pin. Without it the served one is believed, which proves less." };
        var refused = new Option<string[]>("--refused-token") { HelpName = "REASON=FILE", Description = "REASON=FILE: a token that must be refused for just this reason, for example EXPIRED=old.jwt. Repeatable.", DefaultValueFactory = _ => [] };
        var state = new Option<string?>("--state") { HelpName = "FILE", Description = "File that remembers the signed checkpoints from one probe to the next." };
        var directory = new Option<string?>("--directory") { HelpName = "DIR", Description = "The authority's directory, on its own machine: look the certificate up in the audit log too." };
        var format = new Option<string>("--format") { Description = "text or json.", DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json");
        url.Validators.Add(result =>
        {
            if (AuthorityUrl.Fault(result.GetValueOrDefault<string>()) is { } fault)
            {
                result.AddError($"URL {fault}");
            }
        });
        var command = new Command(
            "probe", "Sign, log, verify and audit against a live authority, and ask for what must be refused. For monitoring; each run issues one certificate.")
        {
            url, token, root, refused, state, directory, format,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                await using var store = parsed.GetValue(directory) is { } own ? SqliteLedgerStore.OpenReadOnly(AuthorityPaths.Of(own).Database) : null;
                var identity = parsed.GetValue(token) is { } file ? await File.ReadAllTextAsync(file, cancellationToken) : Environment.GetEnvironmentVariable(EnvironmentVariables.IdentityToken);
                if (string.IsNullOrWhiteSpace(identity))
                {
                    await output.Error.WriteLineAsync($"No identity token: give --identity-token FILE or {EnvironmentVariables.IdentityToken}.");
                    return ExitCodes.Usage;
                }

                var options = new ProbeOptions
                {
                    Token = identity,
                    TrustedRoot = parsed.GetValue(root) is { } pinned ? await File.ReadAllBytesAsync(pinned, cancellationToken) : (ReadOnlyMemory<byte>?)null,
                    RefusedTokens = [.. parsed.GetRequiredValue(refused).Select(Refused)],
                    MemoryPath = parsed.GetValue(state),
                    Store = store,
                    AuditLog = parsed.GetValue(directory) is { } home ? CurrentAuditLog(AuthorityPaths.Of(home)) : LogId.Audit,
                };
                return await RunAsync(parsed.GetRequiredValue(url), options, parsed.GetRequiredValue(format) == "json", output.Output, output.Error, cancellationToken);
            });
        });
        return command;
    }

    /// <summary>After <c>shard add --accept-loss</c> it is not the one of <c>init</c>.</summary>
    private static LogId CurrentAuditLog(AuthorityPaths paths) =>
        LogsFile.Read(paths.Logs, ConfigurationFile.Read(paths.Configuration).Url)?.Single(log => log is { Kind: LogKind.Audit, IsOpen: true }).Id ?? LogId.Audit;

    private static async Task<int> RunAsync(string url, ProbeOptions options, bool isJson, TextWriter output, TextWriter error, CancellationToken cancellation)
    {
        var services = new ServiceCollection();
        _ = services.AddHttpClient("probe", client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        await using var provider = services.BuildServiceProvider();
        using var http = provider.GetRequiredService<IHttpClientFactory>().CreateClient("probe");
        using var run = new ProbeRun(new ProbeClient(http, url), options, step =>
        {
            if (!isJson)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Text(step.Outcome),-11} {step.Name} ({step.Milliseconds} ms): {step.Detail}"));
            }
        });
        IReadOnlyList<ProbeStep> steps;
        try
        {
            steps = await run.RunAsync(cancellation);
        }
        catch (ProbeException e)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCodes.Failed;
        }

        if (isJson)
        {
            await output.WriteLineAsync(Json(url, steps).ToJsonString());
        }

        return steps.Any(step => step.Outcome == ProbeOutcome.Failed) ? ExitCodes.Refused
            : steps.All(step => step.Outcome == ProbeOutcome.Passed) ? ExitCodes.Done
            : ExitCodes.Failed;
    }

    private static JsonObject Json(string url, IReadOnlyList<ProbeStep> steps) => new()
    {
        ["url"] = url,
        ["passed"] = steps.All(step => step.Outcome == ProbeOutcome.Passed),
        ["steps"] = new JsonArray([.. steps.Select(step => new JsonObject
        {
            ["name"] = step.Name,
            ["outcome"] = Text(step.Outcome),
            ["detail"] = step.Detail,
            ["milliseconds"] = step.Milliseconds,
        })]),
    };

    private static string Text(ProbeOutcome outcome) => outcome switch
    {
        ProbeOutcome.Passed => "passed",
        ProbeOutcome.Failed => "FAILED",
        ProbeOutcome.Unreachable => "unreachable",
        ProbeOutcome.Skipped => "skipped",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome."),
    };

    private static (string Reason, string Token) Refused(string text) => text.Split('=', 2) is [{ Length: > 0 } reason, { Length: > 0 } file]
        ? (reason, File.ReadAllText(file).Trim())
        : throw new ConfigurationRefusedException("--refused-token must be REASON=FILE, for example EXPIRED=old.jwt.");
}

using System.CommandLine;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Hosting;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Commands;

/// <summary><c>signing-authority init DIR --url URL</c>.</summary>
public static class InitCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "The authority's directory; it must not exist yet, or be empty." };
        var url = new Option<string>("--url")
        {
            Required = true,
            HelpName = "URL",
            Description = "Base URL for life, for example https://signing.example.com: its host becomes the origin of the logs. http is for loopback only.",
        };
        var organization = new Option<string?>("--organization") { HelpName = "NAME", Description = "The O of all certificates, for life; the host of the URL when not given." };
        var issuers = new Option<string[]>("--issuer")
        {
            HelpName = "URL",
            Description = $"OIDC issuer whose GitHub Actions tokens may be exchanged; may be given again. Default: {AuthoritySetup.GitHubIssuer}",
        };
        url.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } given && AuthorityUrl.Fault(given) is { } fault)
            {
                result.AddError($"--url '{PrintableText.Neutralise(given)}' {fault}");
            }
        });
        issuers.Validators.Add(result =>
        {
            foreach (var given in (result.GetValueOrDefault<string[]>() ?? []).Where(given => !IssuerUrl.IsSound(given)))
            {
                result.AddError($"--issuer '{PrintableText.Neutralise(given)}' must be https (or http on loopback) and nothing but host, port and path, without a final slash.");
            }
        });
        var command = new Command("init", "Make an authority: keys, certificates, empty logs, a policy that refuses everything.") { directory, url, organization, issuers };
        command.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                var path = parsed.GetRequiredValue(directory);
                var options = new AuthoritySetupOptions
                {
                    Url = parsed.GetRequiredValue(url),
                    Organization = parsed.GetValue(organization),
                    Issuers = [.. (parsed.GetValue(issuers) ?? []).Select(issuer => new IssuerOptions { Url = issuer, Kind = IssuerKind.GitHubActions })],
                };
                await AuthoritySetup.CreateAsync(path, options, TimeProvider.System, cancellationToken);
                await WriteNextStepsAsync(output.Output, AuthorityPaths.Of(path), options.Url);
                return ExitCodes.Done;
            });
        });
        return command;
    }

    private static Task WriteNextStepsAsync(TextWriter output, AuthorityPaths paths, string url) => output.WriteLineAsync(
        $"""
        Made the authority {url} in {paths.Root}

        Next:
          1. Say who may sign: edit {paths.Policy}
             (it refuses everybody now; check it with 'signing-authority policy check {paths.Policy}')
          2. Back up {paths.Keys} now, apart from the database. {Path.Combine(paths.Keys, "ca-root.pem")} and
             {Path.Combine(paths.Keys, "tsa-root.pem")} are not needed to run it: better kept elsewhere.
          3. Start it: signing-authority serve {paths.Root}
          4. Give your verifiers what to trust: signing-authority trust {paths.Root} --out .
        """);
}

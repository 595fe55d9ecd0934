using System.CommandLine;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Trust;

namespace SigningAction.Authority.Commands;

/// <summary><c>signing-authority trust DIR [--out OUTDIR]</c>.</summary>
public static class TrustCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "The authority's directory." };
        var target = new Option<string?>("--out") { HelpName = "OUTDIR", Description = $"Directory that gets {AuthorityTrust.TrustedRootFile}, {AuthorityTrust.SigningConfigFile} and {AuthorityTrust.ClientTrustConfigFile}; files there are replaced." };
        var print = new Option<string>("--print")
        {
            Description = "Which of the three is printed. trusted_root.json is what verifiers pin, signing_config.json what signers read, and the client trust config both in one.",
            HelpName = "FILE",
            DefaultValueFactory = _ => AuthorityTrust.ClientTrustConfigFile,
        };
        print.AcceptOnlyFromAmong(AuthorityTrust.TrustedRootFile, AuthorityTrust.SigningConfigFile, AuthorityTrust.ClientTrustConfigFile);
        var command = new Command("trust", "Write the three files that verifiers and signers need into a directory, or print one of them.") { directory, target, print };
        command.SetAction((parsed, _) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                using var material = AuthorityMaterial.Open(parsed.GetRequiredValue(directory));
                var trust = material.Trust();
                if (parsed.GetValue(target) is not { } folder)
                {
                    // Before it is redirected into a file of another name.
                    if (parsed.GetResult(print) is not { Implicit: false })
                    {
                        await output.Error.WriteLineAsync(
                            $"This is the client trust config, which signers take. Verifiers take the trusted root: --print {AuthorityTrust.TrustedRootFile}, or all three files with --out OUTDIR.");
                    }

                    await output.Output.WriteLineAsync(System.Text.Encoding.UTF8.GetString(trust[parsed.GetRequiredValue(print)].Span));
                    return ExitCodes.Done;
                }

                Directory.CreateDirectory(folder);
                foreach (var file in trust.Files)
                {
                    var path = Path.Combine(folder, file.Name);
                    DurableFile.Replace(path, file.Content.Span, DurableFile.Public);
                    await output.Output.WriteLineAsync(path);
                }

                return ExitCodes.Done;
            });
        });
        return command;
    }
}

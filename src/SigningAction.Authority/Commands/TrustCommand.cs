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
        var target = new Option<string?>("--out") { Description = $"Directory that gets {AuthorityTrust.TrustedRootFile}, {AuthorityTrust.SigningConfigFile} and {AuthorityTrust.ClientTrustConfigFile}; files there are replaced." };
        var command = new Command(
            "trust", "Print what verifiers and signers need (trusted root and signing config in one client trust config), or write the three files.")
        { directory, target };
        command.SetAction((parsed, _) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                using var material = AuthorityMaterial.Open(parsed.GetRequiredValue(directory));
                var trust = material.Trust();
                if (parsed.GetValue(target) is not { } folder)
                {
                    await output.Output.WriteLineAsync(System.Text.Encoding.UTF8.GetString(trust[AuthorityTrust.ClientTrustConfigFile].Span));
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

using System.CommandLine;
using System.Globalization;
using SigningAction.Authority.Hosting;

namespace SigningAction.Authority.Commands;

/// <summary><c>signing-authority renew DIR [--switch]</c>: new certificates for the authority itself, before the old ones end.</summary>
public static class RenewCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var directory = new Argument<string>("DIR") { Description = "The authority's directory." };
        var use = new Option<bool>("--switch") { Description = "Use the set that was made; before, every verifier must have the trusted root that names it." };
        var command = new Command(
            "renew", "Make new keys and certificates for the authority itself (roots, issuing, timestamps); with --switch, use them. The authority must be stopped.")
        { directory, use };
        command.SetAction((parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration;
            return CommandFaults.RunAsync(output.Error, async () =>
            {
                var path = parsed.GetRequiredValue(directory);
                await output.Output.WriteLineAsync(parsed.GetValue(use)
                    ? AfterSwitch(await Renewal.SwitchAsync(path, TimeProvider.System, cancellationToken), AuthorityPaths.Of(path))
                    : AfterMake(await Renewal.MakeAsync(path, TimeProvider.System, cancellationToken), AuthorityPaths.Of(path)));
                return ExitCodes.Done;
            });
        });
        return command;
    }

    private static string AfterMake(CertificateSetRecord set, AuthorityPaths paths) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        Made set {set.Number} of certificates; set {set.Number - 1} is still the one that signs

        Next:
          1. Back up {paths.Keys}, {paths.Certificates} and {paths.CertificateSets} now, and start the authority again.
          2. Give every verifier the new trusted root, which has both: signing-authority trust {paths.Root} --out .
          3. When they have it, stop the authority and use the new set: signing-authority renew {paths.Root} --switch
        """);

    private static string AfterSwitch(CertificateSetRecord set, AuthorityPaths paths) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        Set {set.Number} of certificates signs from the next start on

        Next:
          1. Back up {paths.CertificateSets} now, and start the authority again.
          2. Give verifiers the trusted root once more, in which set {set.Number - 1} has its end: signing-authority trust {paths.Root} --out .
          3. Destroy the private keys of set {set.Number - 1}, here and in backups. Its certificates stay: what it signed verifies as before.
        """);
}

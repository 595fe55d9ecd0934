using System.CommandLine;

namespace SigningAction.Agent.Commands;

/// <summary><c>signing-agent sign</c>: a plain signature for each file.</summary>
internal static class SignCommand
{
    private const string Description = """
        Sign files: a signature and a bundle for each, all with one certificate.

        Examples:
          signing-agent sign app.tar.gz --authority https://sign.example
          signing-agent sign 'dist/**' --signing-config signing_config.json --trusted-root trusted_root.json --format json
        """;

    public static Command Create(Func<SigningRequest, CancellationToken, Task<int>> run)
    {
        var options = new SigningOptions();
        var command = new Command("sign", Description);
        options.AddTo(command);
        command.SetAction((result, cancellation) => run(options.Read(result, attest: false), cancellation));
        return command;
    }
}

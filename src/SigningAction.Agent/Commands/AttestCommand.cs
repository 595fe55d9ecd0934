using System.CommandLine;

namespace SigningAction.Agent.Commands;

/// <summary><c>signing-agent attest</c>: one statement about all files, signed as a DSSE envelope.</summary>
internal static class AttestCommand
{
    private const string Description = """
        Attest files: one in-toto statement with SLSA provenance about all of them, signed, timestamped, logged and verified.
        The provenance repeats what the verified certificate says about the workflow; environment variables say nothing in it.

        Examples:
          signing-agent attest 'dist/*.zip' --authority https://sign.example
          signing-agent attest app.zip --signing-config signing_config.json --trusted-root trusted_root.json --bundle app.sigstore.json
          SIGSTORE_ID_TOKEN=... signing-agent attest --statement statement.json --authority https://sign.example --bundle out.json
        """;

    public static Command Create(Func<SigningRequest, CancellationToken, Task<int>> run)
    {
        var options = new SigningOptions();
        var statement = new Option<string>("--statement") { Description = "Sign this in-toto statement, byte for byte as it is, instead of provenance about files.", HelpName = "FILE" };
        var command = new Command("attest", Description) { statement };
        options.AddTo(command);
        command.SetAction((result, cancellation) => run(options.Read(result, attest: true, result.GetValue(statement)), cancellation));
        return command;
    }
}

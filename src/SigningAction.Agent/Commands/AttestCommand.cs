using System.CommandLine;

namespace SigningAction.Agent.Commands;

/// <summary><c>signing-agent attest</c>: a statement about all subjects, signed as a DSSE envelope.</summary>
internal static class AttestCommand
{
    private const string Description = """
        Attest files, images or lines of a checksum file: an in-toto statement about all of them, signed, timestamped, logged and verified.
        It is SLSA provenance unless an SBOM or a predicate of your own is given. Provenance repeats what the verified certificate says about the
        workflow; environment variables say nothing in it. More than 1,024 subjects make several statements, and one file of JSON Lines.

        Examples:
          signing-agent attest 'dist/*.zip' --authority https://sign.example
          signing-agent attest --subject-name ghcr.io/octo/app --subject-digest sha256:... --bundle app.sigstore.json --authority https://sign.example
          signing-agent attest --subject-name ghcr.io/octo/app --subject-digest sha256:... --push-to-registry --bundle app.sigstore.json --authority https://sign.example
          signing-agent attest app.zip --sbom-path sbom.spdx.json --authority https://sign.example
          SIGSTORE_ID_TOKEN=... signing-agent attest --statement statement.json --authority https://sign.example --bundle out.json
        """;

    public static Command Create(AgentEnvironment environment, Func<SigningRequest, CancellationToken, Task<int>> run)
    {
        var options = new SigningOptions();
        var attest = new AttestOptions();
        var command = new Command("attest", Description);
        options.AddTo(command);
        attest.AddTo(command);
        command.SetAction((result, cancellation) => run(attest.Read(result, options.Read(result, attest: true), environment), cancellation));
        return command;
    }
}

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SigningAction.Verifier.Commands;

/// <summary>The help of System.CommandLine, followed by what people copy from: examples and exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string Examples = """
        Examples:
          Was this file built by a workflow of that repository?
            signing-verifier verify app.tar.gz --repo octo/app

          By exactly this workflow, from main, on a runner of GitHub's?
            signing-verifier verify app.tar.gz --repo octo/app --signer-workflow octo/app/.github/workflows/release.yml
                --source-ref refs/heads/main --deny-self-hosted-runners --trusted-root trusted_root.json

          A digest instead of a file, a bundle by name, the answer for a script
            signing-verifier verify sha256:<64 hexadecimal digits> --bundle app.sigstore.json --owner octo
                --trusted-root trusted_root.json --format json

        Exit codes:
          0  verified: everything asked for is proven
          1  refused: no signature, bad evidence, or not the signer asked for
          2  usage: the command line asks for nothing that could be checked
          3  not checked: a file could not be read, or the program failed

        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var exit = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(Examples);
        return exit;
    }
}

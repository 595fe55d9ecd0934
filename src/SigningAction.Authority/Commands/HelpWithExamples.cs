using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SigningAction.Authority.Commands;

/// <summary>The help of the command line, followed by what people copy from: examples and exit codes.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string ExitCodesText = """
        Exit codes:
          0  done, or everything is in order
          1  refused, or something is wrong: trying again changes nothing
          2  the command line is wrong
          3  it could not be done or found out: files, disk, network
        """;

    public override bool ClearsParseErrors => true;

    /// <summary>Examples of a command, one a line; none for one that explains itself.</summary>
    public static IReadOnlyList<string> ExamplesOf(Command command) => command.Name switch
    {
        "signing-authority" =>
        [
            "signing-authority init /srv/signing --url https://signing.example.com",
            "signing-authority policy check /srv/signing/signing-policy.yml",
            "signing-authority serve /srv/signing",
            "signing-authority trust /srv/signing --out .",
        ],
        "init" => ["signing-authority init /srv/signing --url https://signing.example.com --organization Octo"],
        "serve" => ["signing-authority serve /srv/signing", "signing-authority serve /srv/signing --listen http://127.0.0.1:9000"],
        "fsck" => ["signing-authority fsck /srv/signing --since-last"],
        "backup" => ["signing-authority backup /srv/signing --to /backup/ledger-2026-11-23.db"],
        "probe" => ["signing-authority probe https://signing.example.com --identity-token token.jwt --trusted-root trusted_root.json --state state.json"],
        "trust" => ["signing-authority trust /srv/signing --out .", "signing-authority trust /srv/signing --print trusted_root.json > trusted_root.json"],
        "add" => ["signing-authority shard add /srv/signing --url https://signing-2027.example.com"],
        "freeze" => ["signing-authority shard freeze /srv/signing signing.example.com --yes"],
        "list" => ["signing-authority shard list /srv/signing"],
        "renew" => ["signing-authority renew /srv/signing", "signing-authority renew /srv/signing --switch"],
        "check" => ["signing-authority policy check signing-policy.yml --authority /srv/signing"],
        "explain" => ["cut -d. -f2 token.jwt | basenc -d --base64url | signing-authority policy explain signing-policy.yml --claims -"],
        "schema" => ["signing-authority policy schema > signing-policy.schema.json"],
        _ => [],
    };

    public override int Invoke(ParseResult parseResult)
    {
        var exit = help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (ExamplesOf(parseResult.CommandResult.Command) is { Count: > 0 } examples)
        {
            output.WriteLine("Examples:");
            foreach (var example in examples)
            {
                output.WriteLine($"  {example}");
            }

            output.WriteLine();
        }

        output.WriteLine(ExitCodesText);
        return exit;
    }
}

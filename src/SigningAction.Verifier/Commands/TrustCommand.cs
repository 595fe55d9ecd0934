using System.CommandLine;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Trust;

namespace SigningAction.Verifier.Commands;

/// <summary><c>signing-verifier trust show</c> and <c>trust update</c>: whom <c>verify</c> trusts, from where, and how old that is.</summary>
internal static class TrustCommand
{
    public static Command Create(Surroundings surroundings) => new("trust", "Show whom this program trusts, or bring that up to date.")
    {
        Create(
            "show", "Show whom verify trusts with the same options. Asks nobody.", surroundings,
            (store, choice) => store.Load(choice with { Offline = true, AcceptExpired = true })),
        Create("update", "Fetch the newest trust from the TUF repository and keep it for verify.", surroundings, (store, choice) => choice switch
        {
            { TrustedRootPath: not null } => throw ProblemException.Usage("A trusted root file cannot be updated: name a TUF repository, or nothing for the public-good one."),
            { Offline: true, TufUrl: not { IsFile: true } } => throw ProblemException.Usage("An update asks the network, and --offline forbids it."),
            _ => store.Update(choice),
        }),
    };

    private static Command Create(string name, string description, Surroundings surroundings, Func<TrustStore, TrustChoice, TrustedRoots> load)
    {
        var trust = new TrustOptions();
        var offline = new Option<bool>("--offline") { Description = "Never ask the network." };
        var format = OptionValue.OneOf("--format", "How to answer.", ["text", "json"]);
        var command = new Command(name, description) { offline, format };
        trust.AddTo(command);
        command.SetAction(parsed =>
        {
            var console = parsed.InvocationConfiguration;
            var now = surroundings.Time.GetUtcNow();
            ITrustReport report = parsed.GetValue(format) == "json" ? new TrustJsonReport(console.Output, now) : new TrustTextReport(console.Output, console.Error, now);
            try
            {
                report.Show(load(new TrustStore(surroundings), trust.Read(parsed, parsed.GetValue(offline))));
                return 0;
            }
            catch (EvidenceException e)
            {
                return Failed(report, Problem.Of(e.Failure));
            }
            catch (ProblemException e)
            {
                return Failed(report, e.Problem.Exit == ExitCode.Usage ? e.Problem with { Remedy = $"See signing-verifier trust {name} --help." } : e.Problem);
            }
        });
        return command;
    }

    private static int Failed(ITrustReport report, Problem problem)
    {
        report.Failed(problem);
        return (int)problem.Exit;
    }
}

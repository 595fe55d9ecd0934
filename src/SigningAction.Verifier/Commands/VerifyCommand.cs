using System.CommandLine;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Trust;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Commands;

/// <summary><c>signing-verifier verify</c>: a verdict on each target, in their order, and one on all.</summary>
internal static class VerifyCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var options = new VerifyOptions();
        var command = new Command("verify", "Verify that artifacts were signed by whom you expect. Writes nothing.");
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options, surroundings));
        return command;
    }

    private static int Run(ParseResult parsed, VerifyOptions options, Surroundings surroundings)
    {
        var console = parsed.InvocationConfiguration;
        IReport report = options.AsksForJson(parsed) ? new JsonReport(console.Output) : new TextReport(console.Output, console.Error);
        RunSummary summary;
        try
        {
            summary = Check(options.Read(parsed), report, surroundings);
        }
        catch (EvidenceException e)
        {
            summary = RunSummary.Ended(Problem.Of(e.Failure), options.Targets(parsed));
        }
        catch (ProblemException e)
        {
            summary = RunSummary.Ended(e.Problem, options.Targets(parsed));
        }

        report.Finish(summary);
        return (int)summary.Exit;
    }

    private static RunSummary Check(VerifyRequest request, IReport report, Surroundings surroundings)
    {
        var targets = TargetFinder.Find(request.Targets);
        var roots = new TrustStore(surroundings).Load(request.Trust);
        var policy = request.Policy with
        {
            Key = request.KeyPath is { } key ? SmallFile.ReadKey(key) : null,
            Witnesses = request.WitnessPolicyPath is { } witnesses ? SmallFile.ReadWitnessPolicy(witnesses) : null,
        };
        IBundleSource source = request.Bundles.Paths.Count > 0 ? new GivenBundles(request.Bundles.Paths) : new SideFiles();
        var check = new TargetCheck(roots, policy, [source]);
        var summary = new RunSummary(0, 0, 0, null, request.Targets);
        InOrder.Run(targets.Count, Environment.ProcessorCount, i => check.Of(targets[i]), verdict =>
        {
            summary = summary.With(verdict);
            report.Add(verdict);
        });
        return summary;
    }
}

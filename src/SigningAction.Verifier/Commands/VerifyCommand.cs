using System.CommandLine;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Network;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Sources.Oci;
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
            summary = Check(options.Read(parsed), report, console.Error, surroundings);
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

    private static RunSummary Check(VerifyRequest request, IReport report, TextWriter error, Surroundings surroundings)
    {
        var targets = new TargetFinder(request.Bundles).Find(request.Targets, request.ChecksumFiles);
        var root = TrustedRoot.Parse(SmallFile.ReadTrustedRoot(request.TrustedRootPath));
        using var web = request.Offline ? null : new WebClient(surroundings);
        var registry = web is not null && targets.Any(target => target.Image is not null) ? new RegistryClient(web, new RegistryCredentials(surroundings)) : null;
        var progress = new HashProgress(error, surroundings.IsWatched, surroundings.Time);
        var check = new TargetCheck(
            new Evidence.Verification.Verifier(root),
            request.Policy,
            new TargetOpener(registry, progress),
            BundleSources.For(request.Bundles, web, registry, surroundings));
        var summary = new RunSummary(0, 0, 0, null, request.Targets);
        InOrder.Run(targets.Count, Environment.ProcessorCount, i => check.Of(targets[i]), verdict =>
        {
            progress.Clear();
            summary = summary.With(verdict);
            report.Add(verdict);
        });
        return summary;
    }
}

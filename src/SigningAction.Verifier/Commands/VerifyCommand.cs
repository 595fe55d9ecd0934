using System.CommandLine;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Network;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Sources.Oci;
using SigningAction.Verifier.Trust;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Commands;

/// <summary><c>signing-verifier verify</c>: a verdict on each target, in their order, and one on all.</summary>
internal static class VerifyCommand
{
    /// <summary>Side files that a note names.</summary>
    private const int NamesShown = 5;

    public static Command Create(Surroundings surroundings)
    {
        var options = new VerifyOptions(surroundings);
        var command = new Command("verify", "Verify that artifacts were signed by whom you expect.");
        options.AddTo(command);
        var verbose = new Option<bool>("--verbose") { Description = "Tell every proof whole in the text answer, also of many artifacts. Default: a line each where there are several." };
        command.Options.Add(verbose);
        command.SetAction(parsed => Run(parsed, options, parsed.GetValue(verbose), surroundings));
        return command;
    }

    private static int Run(ParseResult parsed, VerifyOptions options, bool verbose, Surroundings surroundings)
    {
        var console = parsed.InvocationConfiguration;
        var report = Reports.Of(options.Format(parsed), console, surroundings, new TextReport(console.Output, console.Error, verbose));
        var summary = RunSummary.Of(options.Targets(parsed), () => Check(options.Read(parsed), report, console.Error, surroundings));
        report.Finish(summary);
        return (int)summary.Exit;
    }

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(NamesShown).Select(PrintableText.Neutralise)) + (names.Count > NamesShown ? $" and {names.Count - NamesShown} more" : string.Empty);

    private static RunSummary Check(VerifyRequest request, IReport report, TextWriter error, Surroundings surroundings)
    {
        var finder = new TargetFinder(request.Bundles);
        var targets = finder.Find(request.Targets, request.ChecksumFiles);
        if (finder.LeftOut.Count > 0)
        {
            error.WriteLine($"Note: named beside their artifacts, so taken as their bundles and not as artifacts: {Names(finder.LeftOut)}");
        }

        var roots = new TrustStore(surroundings).Load(request.Trust);
        using var web = request.Offline ? null : new WebClient(surroundings);
        var registry = web is not null && targets.Any(target => target.Image is not null) ? new RegistryClient(web, new RegistryCredentials(surroundings)) : null;
        var progress = new HashProgress(error, surroundings.IsWatched, surroundings.Time);
        var check = new TargetCheck(
            roots,
            request.Policy,
            new TargetOpener(registry, progress),
            BundleSources.For(request.Bundles, web, registry, surroundings),
            request.Acceptance?.Policy,
            surroundings.Time)
        {
            NeedsDigest = request.Summary is not null,
            NoPublicGood = request.Trust.NoPublicGood,
        };
        var verdicts = new List<TargetVerdict>();
        var summary = new RunSummary(0, 0, 0, null, request.Targets);
        InOrder.Run(targets.Count, Environment.ProcessorCount, i => check.Of(targets[i]), verdict =>
        {
            progress.Clear();
            summary = summary.With(verdict);
            report.Add(verdict);
            if (request.Summary is not null)
            {
                verdicts.Add(verdict);
            }
        });
        request.Summary?.Write(verdicts, summary, surroundings.Time.GetUtcNow());
        return summary;
    }
}

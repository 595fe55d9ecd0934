using System.CommandLine;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Commands;

/// <summary><c>signing-verifier verify-release</c>: every file of a release proven, nothing missing, nothing extra, one verdict.</summary>
internal static class VerifyReleaseCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var options = new VerifyOptions("release", "The directory that holds the files of the release and their bundles.");
        var command = new Command("verify-release", "Verify that a directory is one whole release: every file signed, nothing missing, nothing extra, all of one commit.");
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options, surroundings));
        return command;
    }

    private static int Run(ParseResult parsed, VerifyOptions options, Surroundings surroundings)
    {
        var console = parsed.InvocationConfiguration;
        var report = Reports.Of(options.Format(parsed), console, surroundings, new ReleaseReport(console.Output, console.Error));
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
        var root = TrustedRoot.Parse(SmallFile.ReadTrustedRoot(request.TrustedRootPath));
        var release = ReleaseDirectory.Open(
            request.Targets is [var directory] ? directory : throw ProblemException.Usage("A release is one directory; verify several one by one."), request.Bundles.Paths);
        var check = new TargetCheck(new Evidence.Verification.Verifier(root), request.Policy, [release], request.Acceptance?.Policy, surroundings.Time)
        {
            NeedsDigest = request.Summary is not null,
        };
        var files = new List<TargetVerdict>();
        InOrder.Run(release.Files.Count, Environment.ProcessorCount, i => check.Of(release.Files[i]), files.Add);
        var summary = new RunSummary(0, 0, 0, null, request.Targets);
        foreach (var verdict in ReleaseVerdicts.Of(files))
        {
            summary = summary.With(verdict);
            report.Add(verdict);
        }

        request.Summary?.Write(files, summary, surroundings.Time.GetUtcNow());
        return summary;
    }
}

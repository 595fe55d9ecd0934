using System.CommandLine;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Network;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Sources.GitHub;
using SigningAction.Verifier.Trust;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Commands;

/// <summary><c>signing-verifier verify-release</c>: every file of a release proven, nothing missing, nothing extra, one verdict.</summary>
internal static class VerifyReleaseCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var options = new VerifyOptions(surroundings, "release", "The directory that holds the files of the release and their bundles, or OWNER/REPO@TAG at GitHub.");
        var command = new Command(
            "verify-release",
            "Verify that a directory, or a release at GitHub, is one whole release: every file signed, nothing missing, nothing extra, all of one commit.");
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options, surroundings));
        return command;
    }

    private static int Run(ParseResult parsed, VerifyOptions options, Surroundings surroundings)
    {
        var console = parsed.InvocationConfiguration;
        var report = Reports.Of(options.Format(parsed), console, surroundings, new ReleaseReport(console.Output, console.Error));
        var summary = RunSummary.Of(options.Targets(parsed), () => Check(parsed, options, report, surroundings));
        if (summary.Problem is { Code: Problem.UsageCode } usage)
        {
            summary = summary with { Problem = usage with { Remedy = "See signing-verifier verify-release --help." } };
        }

        report.Finish(summary);
        return (int)summary.Exit;
    }

    private static RunSummary Check(ParseResult parsed, VerifyOptions options, IReport report, Surroundings surroundings)
    {
        var name = options.Targets(parsed) is [var one] ? one : throw ProblemException.Usage("A release is one directory or OWNER/REPO@TAG; verify several one by one.");
        var atGitHub = ReleaseName.Parse(name);
        var request = options.Read(parsed, atGitHub?.Repository);
        if (atGitHub is not null && request.Policy.Key is not null)
        {
            throw ProblemException.Usage(
                "OWNER/REPO@TAG is proven by the repository and the commit that certificates name, and a managed key names none: "
                    + "download the release and give the directory beside --key.");
        }

        var roots = new TrustStore(surroundings).Load(request.Trust);
        using var web = request.Offline ? null : new WebClient(surroundings);
        var (targets, policy, bundles) = atGitHub is null ? InDirectory(name, request) : AtGitHub(atGitHub, options.Host(parsed), request, web, surroundings);
        var progress = new HashProgress(parsed.InvocationConfiguration.Error, surroundings.IsWatched, surroundings.Time);
        var check = new TargetCheck(
            roots,
            policy,
            new TargetOpener(null, progress),
            BundleSources.For(bundles, web, null, surroundings),
            request.Acceptance?.Policy,
            surroundings.Time)
        {
            NeedsDigest = true,
            NoPublicGood = request.Trust.NoPublicGood,
        };
        var files = new List<TargetVerdict>();
        InOrder.Run(targets.Count, Environment.ProcessorCount, i => check.Of(targets[i]), files.Add);
        progress.Clear();
        var summary = new RunSummary(0, 0, 0, null, request.Targets);
        foreach (var verdict in ReleaseVerdicts.Of(files))
        {
            summary = summary.With(verdict);
            report.Add(verdict);
        }

        request.Summary?.Write(files, summary, surroundings.Time.GetUtcNow());
        return summary;
    }

    /// <summary>What lies there is what is looked at; GitHub is asked only where no bundle lies there at all.</summary>
    private static (IReadOnlyList<Target> Files, VerificationPolicy Policy, BundleRequest Bundles) InDirectory(string path, VerifyRequest request)
    {
        var release = ReleaseDirectory.Open(path);
        return (release.Files, request.Policy, request.Bundles with { Paths = [.. release.Bundles, .. request.Bundles.Paths] });
    }

    /// <summary>What the release is built from is the commit that its tag names now; a tag that was moved since is refused.</summary>
    private static (IReadOnlyList<Target> Files, VerificationPolicy Policy, BundleRequest Bundles) AtGitHub(
        ReleaseName name, GitHubHost host, VerifyRequest request, WebClient? web, Surroundings surroundings)
    {
        if (web is null)
        {
            throw ProblemException.Usage("OWNER/REPO@TAG asks GitHub, so it does not stand beside --offline: download the release and give the directory.");
        }

        var (files, commit) = new GitHubReleases(web, host, surroundings).Find(name);
        if (request.Policy.SourceDigest is { } asked && asked != commit)
        {
            throw ProblemException.NotChecked($"The tag is commit {commit}, and --source-digest asks for another.", "Correct the tag or the commit.");
        }

        return (files, request.Policy with { SourceDigest = commit }, request.Bundles);
    }
}

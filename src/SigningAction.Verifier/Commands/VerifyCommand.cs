using System.CommandLine;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Output;
using SigningAction.Verifier.Sources;

namespace SigningAction.Verifier.Commands;

/// <summary><c>signing-verifier verify</c>: one artifact, one bundle, one verdict.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var options = new VerifyOptions();
        var command = new Command("verify", "Verify that an artifact was signed by whom you expect. Asks nobody and writes nothing.");
        options.AddTo(command);
        command.SetAction(parsed => Run(parsed, options));
        return command;
    }

    private static int Run(ParseResult parsed, VerifyOptions options)
    {
        var console = parsed.InvocationConfiguration;
        IReport report = options.AsksForJson(parsed) ? new JsonReport(console.Output) : new TextReport(console.Output, console.Error);
        var target = options.Target(parsed);
        try
        {
            Prove(options.Read(parsed), report);
            return (int)ExitCode.Verified;
        }
        catch (EvidenceException e)
        {
            return NotVerified(report, target, Problem.Of(e.Failure));
        }
        catch (ProblemException e)
        {
            return NotVerified(report, target, e.Problem);
        }
    }

    /// <summary>Returns only when everything is proven and told.</summary>
    private static void Prove(VerifyRequest request, IReport report)
    {
        using var target = TargetArtifact.Open(request.Target);
        var root = TrustedRoot.Parse(SmallFile.ReadTrustedRoot(request.TrustedRootPath));
        var bundle = Bundle.Parse(SmallFile.ReadBundle(request.BundlePath ?? SideFiles.Find(target)));
        var policy = request.KeyPath is { } key ? request.Policy with { Key = SmallFile.ReadKey(key) } : request.Policy;
        var verified = new Evidence.Verification.Verifier(root).Verify(bundle, target.Artifact, policy);
        report.Verified(target.Name, verified);
    }

    private static int NotVerified(IReport report, string target, Problem problem)
    {
        report.NotVerified(target, problem);
        return (int)problem.Exit;
    }
}

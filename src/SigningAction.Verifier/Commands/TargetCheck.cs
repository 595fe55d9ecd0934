using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Commands;

/// <summary>Judges one target: every bundle that is found for it is tried. Safe for concurrent use.</summary>
internal sealed class TargetCheck(Evidence.Verification.Verifier verifier, VerificationPolicy policy, TargetOpener opener, IBundleSource source)
{
    /// <summary>The verdict on a target; what is wrong with it is in it.</summary>
    public TargetVerdict Of(Target target)
    {
        try
        {
            var (artifact, notes) = opener.Open(target);
            using (artifact)
            {
                var trials = source.Find(artifact).Select(found => Try(found, artifact.Artifact)).ToArray();
                return TargetVerdict.Of(target.Name, artifact.KnownSha256, trials, NothingFound(artifact)) with { Notes = notes };
            }
        }
        catch (EvidenceException e)
        {
            return TargetVerdict.Failed(target.Name, Problem.Of(e.Failure));
        }
        catch (ProblemException e)
        {
            return TargetVerdict.Failed(target.Name, e.Problem);
        }
    }

    /// <summary>A target that changes while it is hashed has no verdict at all, whatever the bundle: that problem is not caught here.</summary>
    private Trial Try(FoundBundle found, Artifact artifact)
    {
        if (found.Bundle is null)
        {
            return new Trial(found.Origin, null, found.Problem);
        }

        try
        {
            return new Trial(found.Origin, verifier.Verify(found.Bundle, artifact, policy), null);
        }
        catch (EvidenceException e)
        {
            return new Trial(found.Origin, null, Problem.Of(e.Failure));
        }
    }

    private Problem NothingFound(TargetArtifact target) =>
        Problem.Of(new VerificationFailure(FailureCode.NoBundle, $"No signature found: {source.Nothing(target)}."));
}

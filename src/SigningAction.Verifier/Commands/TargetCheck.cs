using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Trust;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Commands;

/// <summary>Judges one target: every bundle that is found for it is tried. Safe for concurrent use.</summary>
internal sealed class TargetCheck(TrustedRoots roots, VerificationPolicy policy, IReadOnlyList<IBundleSource> sources)
{
    /// <summary>The verdict on a target; what is wrong with it is in it.</summary>
    public TargetVerdict Of(string name)
    {
        try
        {
            using var target = TargetArtifact.Open(name);
            var trials = sources.SelectMany(source => source.Find(target)).Select(found => Try(found, target.Artifact)).ToArray();
            return TargetVerdict.Of(name, target.KnownSha256, trials, NothingFound(target));
        }
        catch (EvidenceException e)
        {
            return TargetVerdict.Failed(name, Problem.Of(e.Failure));
        }
        catch (ProblemException e)
        {
            return TargetVerdict.Failed(name, e.Problem);
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
            return new Trial(found.Origin, roots.Verify(found.Bundle, artifact, policy), null);
        }
        catch (EvidenceException e)
        {
            return new Trial(found.Origin, null, Problem.Of(e.Failure));
        }
    }

    private Problem NothingFound(TargetArtifact target) => Problem.Of(new VerificationFailure(
        FailureCode.NoBundle, $"No signature found: {string.Join("; ", sources.Select(source => source.Nothing(target)))}."));
}

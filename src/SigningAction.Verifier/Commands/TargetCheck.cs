using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Trust;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Commands;

/// <summary>Judges one target: every bundle that is found for it is tried. Safe for concurrent use.</summary>
internal sealed class TargetCheck(
    TrustedRoots roots, VerificationPolicy policy, TargetOpener opener, IBundleSource source, AcceptancePolicy? acceptance, TimeProvider time)
{
    /// <summary>Organization in the certificates of the public-good authority.</summary>
    private const string PublicGood = "sigstore.dev";

    /// <summary>Whether each verdict must name the target's digest, also where a refusal came before it was needed.</summary>
    public bool NeedsDigest { get; init; }

    /// <summary>Whether signatures of the public-good instance are refused.</summary>
    public bool NoPublicGood { get; init; }

    /// <summary>The verdict on a target; what is wrong with it is in it.</summary>
    public TargetVerdict Of(Target target)
    {
        try
        {
            var (artifact, notes) = opener.Open(target);
            using (artifact)
            {
                var trials = source.Find(artifact).Select(found => Try(found, artifact.Artifact)).ToArray();
                _ = NeedsDigest ? artifact.Artifact.Sha256 : default;
                return Judged(TargetVerdict.Of(target.Name, artifact.KnownSha256, trials, NothingFound(artifact)) with { Notes = notes, Trust = roots.Origin });
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
            return new Trial(found.Origin, null, found.Problem) { Digest = found.Digest };
        }

        try
        {
            if (NoPublicGood)
            {
                RequireAnotherInstance(found.Bundle);
            }

            var verified = roots.Verify(found.Bundle, artifact, policy with { Now = time.GetUtcNow() + AcceptancePolicy.ClockTolerance });
            acceptance?.RequireProof(verified, time.GetUtcNow());
            return new Trial(found.Origin, verified, null) { Digest = found.Digest };
        }
        catch (EvidenceException e)
        {
            return new Trial(found.Origin, null, Problem.Of(e.Failure)) { Digest = found.Digest };
        }
    }

    /// <summary>By the name of the authority, as <c>gh</c> does: no certificate of an authority leads to it under another name.</summary>
    private static void RequireAnotherInstance(Bundle bundle)
    {
        if (bundle.Signer.KeyHint is null && Certificate.Parse(bundle.Signer.Certificate).Issuer.Organizations.Contains(PublicGood, StringComparer.Ordinal))
        {
            throw new EvidenceException(FailureCode.UntrustedIssuer, $"The certificate is of the public-good instance ({PublicGood}), and --no-public-good refuses it.");
        }
    }

    /// <summary>One proof is enough unless a policy asks for more of them together.</summary>
    private TargetVerdict Judged(TargetVerdict verdict)
    {
        if (verdict.Problem is not null || acceptance is null)
        {
            return verdict;
        }

        try
        {
            acceptance.RequireSigners([.. verdict.Trials.Select(trial => trial.Verified).OfType<VerifiedBundle>()]);
            return verdict;
        }
        catch (EvidenceException e)
        {
            return verdict with { Problem = Problem.Of(e.Failure) };
        }
    }

    private Problem NothingFound(TargetArtifact target) =>
        Problem.Of(new VerificationFailure(FailureCode.NoBundle, $"No signature found: {source.Nothing(target)}."));
}

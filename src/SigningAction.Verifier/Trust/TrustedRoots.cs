using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Trust;

/// <summary>The trusted roots of a run. Each is an instance of its own: a bundle is proven by one of them, never by parts of several. Safe for concurrent use.</summary>
internal sealed class TrustedRoots
{
    private readonly Evidence.Verification.Verifier[] _verifiers;

    /// <summary>Roots that came together from one place; at least one.</summary>
    public TrustedRoots(IReadOnlyList<TrustedRoot> roots, TrustOrigin origin)
    {
        Roots = roots;
        Origin = origin;
        _verifiers = [.. roots.Select(root => new Evidence.Verification.Verifier(root))];
    }

    /// <summary>The roots, in their order.</summary>
    public IReadOnlyList<TrustedRoot> Roots { get; }

    /// <summary>Where they come from.</summary>
    public TrustOrigin Origin { get; }

    /// <summary>Verifies with the root of the instance that issued the certificate; where several may have, with each of them.</summary>
    /// <exception cref="EvidenceException">No root proves it; the reason of the first that may have issued, else of the first of all.</exception>
    public VerifiedBundle Verify(Bundle bundle, Artifact artifact, VerificationPolicy policy)
    {
        // As gh does: a bundle of GitHub's own instance has no log, and must show what that instance gives instead.
        var profile = policy.Key is null ? TrustProfile.NamedBy(bundle) : TrustProfile.Sigstore;
        EvidenceException? first = null;
        foreach (var i in Candidates(bundle))
        {
            try
            {
                return _verifiers[i].Verify(bundle, artifact, policy with { Profile = profile });
            }
            catch (EvidenceException e)
            {
                first ??= e;
            }
        }

        throw first!;
    }

    private int[] Candidates(Bundle bundle)
    {
        int[] all = [.. Enumerable.Range(0, Roots.Count)];
        if (all.Length == 1 || bundle.Signer.KeyHint is not null)
        {
            return all;
        }

        Certificate[] certificates = [.. bundle.Signer.Intermediates.Prepend(bundle.Signer.Certificate).Select(Certificate.Parse)];
        int[] issuers = [.. all.Where(i => certificates.Any(Roots[i].MayHaveIssued))];
        return issuers.Length > 0 ? issuers : all[..1];
    }
}

using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;
using SigningAction.Testing.Mutants;

namespace SigningAction.Evidence.Tests.Verification;

/// <summary>Our verdicts on a family of mutants.</summary>
internal static class Verdicts
{
    /// <summary>How many were tried, and the names of those that verify. The good one does; a refusal is a reason, and anything else that is thrown fails the test.</summary>
    public static (int Tried, IReadOnlyList<string> Verified) Of(MutantFamily family)
    {
        var (verifier, tried, verified) = (new Verifier(family.Root), 0, new List<string>());
        Assert.NotNull(verifier.Verify(Bundle.Parse(family.Good.Span), Artifact.OfBytes(BundleKinds.Artifact), family.Policy));
        foreach (var (name, mutant) in family.Mutants)
        {
            tried++;
            try
            {
                verifier.Verify(Bundle.Parse(mutant), Artifact.OfBytes(BundleKinds.Artifact), family.Policy);
                verified.Add(name);
            }
            catch (EvidenceException)
            {
                // Refused with a reason; which one is the business of the tests by name.
            }
        }

        return (tried, verified);
    }
}

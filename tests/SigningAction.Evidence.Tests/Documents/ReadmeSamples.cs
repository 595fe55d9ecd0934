using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Documents;

/// <summary>The samples of the library's README, between their marks: what is printed there is compiled and run here.</summary>
internal static class ReadmeSamples
{
    // README
    public static string WhoSigned(byte[] trustedRoot, byte[] bundle, byte[] artifact)
    {
        // Keep the verifier: parsed keys and checked chains stay with it, and it serves many threads.
        var verifier = new Verifier(TrustedRoot.Parse(trustedRoot));
        var policy = new VerificationPolicy { Repository = "octo/app", SourceRef = "refs/heads/main" };
        try
        {
            var verified = verifier.Verify(Bundle.Parse(bundle), Artifact.OfBytes(artifact), policy);
            return $"{verified.Identity?.SignerUri} at {verified.Times[0].Time:u}";
        }
        catch (EvidenceException refused)
        {
            // One code of a closed set, what is wrong, and what to do: all of it is safe to show.
            return $"{refused.Code}: {refused.Failure.Fault} {refused.Failure.Remedy}";
        }
    }

    // end
    // README
    public static string? BuiltFrom(Verifier verifier, byte[] bundle, Sha256Digest artifact)
    {
        // A digest is enough for an artifact that somebody else has hashed, however large it is.
        var policy = new VerificationPolicy { Owner = "octo", PredicateType = "https://slsa.dev/provenance/v1" };
        var verified = verifier.Verify(Bundle.Parse(bundle), Artifact.OfDigest(artifact), policy);

        // The certificate authority vouches for the identity; the predicate is what the workflow says of itself.
        return verified.Identity?.SourceDigest;
    }

    // end
}

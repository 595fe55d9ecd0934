using SigningAction.Authority.Wire;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Bundles;

/// <summary>
/// Judges what is brought to be kept: only what verifies against this authority's own trusted root, whoever it lets sign. Its certificate says who made it, so no token is
/// asked for. Who reads it verifies it again, by his own policy.
/// </summary>
public sealed class BundleIntake(TrustedRoot root)
{
    private readonly Verifier _verifier = new(root);
    private readonly BundleEssence _essence = new(root);

    private readonly VerificationPolicy _anybodyOfOurs = new()
    {
        Issuer = null,
        IssuerPattern = Anything(),
        IdentityPattern = Anything(),
    };

    /// <summary>Verifies a bundle.</summary>
    /// <param name="utf8">What was sent.</param>
    /// <exception cref="RequestRefusedException">400: it does not verify, or names no artifact by SHA-256.</exception>
    public AcceptedBundle Verify(ReadOnlySpan<byte> utf8)
    {
        try
        {
            // What is kept is what was verified, and never what came beside it.
            var sent = Bundle.Parse(utf8);
            var json = _essence.Of(sent).ToJson();
            var bundle = utf8.SequenceEqual(json) ? sent : Bundle.Parse(json);
            var artifacts = ArtifactsOf(bundle);
            if (artifacts.Count == 0)
            {
                throw new RequestRefusedException(
                    StatusCodes.Status400BadRequest, "NO_SHA256", "The bundle names no artifact by its SHA-256.", "Sign again with a tool that states the SHA-256; bundles are found by it.");
            }

            _ = _verifier.Verify(bundle, Artifact.OfDigest(artifacts.First()), _anybodyOfOurs);
            return new AcceptedBundle(json, BundleEssence.Said(bundle), artifacts);
        }
        catch (EvidenceException e)
        {
            throw new RequestRefusedException(StatusCodes.Status400BadRequest, FailureCodes.Text(e.Code), e.Failure.Fault, e.Failure.Remedy, e);
        }
    }

    /// <summary>SHA-256 of what a bundle says that it is about. The signature over the first of them is the signature over all: they stand in one payload.</summary>
    /// <exception cref="EvidenceException">The payload is no statement.</exception>
    public static IReadOnlySet<Sha256Digest> ArtifactsOf(Bundle bundle)
    {
        if (bundle.MessageSignature is { } message)
        {
            return message is { DigestAlgorithm: "SHA2_256", Digest.Length: Sha256Digest.Size } ? new HashSet<Sha256Digest> { Sha256Digest.From(message.Digest.Span) } : new HashSet<Sha256Digest>();
        }

        return Statement.Parse(bundle.Envelope!.Payload).Subjects
            .Where(subject => subject.Digests.ContainsKey("sha256"))
            .Select(subject => Sha256Digest.From(Convert.FromHexString(subject.Digests["sha256"])))
            .ToHashSet();
    }

    private static AnchoredPattern Anything() =>
        AnchoredPattern.TryCompile(".*", out var pattern) ? pattern : throw new InvalidOperationException("The pattern of anything is no pattern.");
}

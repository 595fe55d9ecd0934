using System.Security.Cryptography;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Evidence.Verification;

/// <summary>What the signature is over, as digest: the artifact, or the PAE of the envelope. Computed once, used for the log entry and the signature.</summary>
internal sealed class SignedContent
{
    private readonly Bundle _bundle;
    private readonly ReadOnlyMemory<byte> _digest;

    private SignedContent(Bundle bundle, ReadOnlyMemory<byte> digest)
    {
        _bundle = bundle;
        _digest = digest;
    }

    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.DigestMismatch"/> when the bundle states another digest of the artifact, <see cref="FailureCode.ArtifactNeeded"/> or
    /// <see cref="FailureCode.KeyUnsupported"/>.
    /// </exception>
    public static SignedContent Of(Bundle bundle, Artifact artifact, VerificationKey key)
    {
        if (key.Algorithm == KeyAlgorithm.Ed25519)
        {
            throw new EvidenceException(FailureCode.KeyUnsupported, "The certificate's key is Ed25519, which signs no digest, and the log holds nothing else.");
        }

        if (bundle.Envelope is { } envelope)
        {
            return new SignedContent(bundle, CryptographicOperations.HashData(key.Hash, envelope.PreAuthenticationEncoding()));
        }

        RequireStatedDigest(bundle.MessageSignature!, artifact);
        return new SignedContent(bundle, artifact.Digest(key.Hash) ?? throw new EvidenceException(
            FailureCode.ArtifactNeeded, $"The signature is over {key.Hash} and only the artifact's SHA-256 is known."));
    }

    /// <summary>The log entry that this signature makes.</summary>
    public HashedRekordEntry LogEntry(SigningCertificate signer) => new(_digest, _bundle.Signature, signer.RawBytes, isCertificate: true, signer.Key.Details);

    /// <exception cref="EvidenceException"><see cref="FailureCode.SignatureInvalid"/>.</exception>
    public void RequireSignature(VerificationKey key)
    {
        if (!key.VerifyDigest(_digest.Span, _bundle.Signature.Span))
        {
            throw new EvidenceException(
                FailureCode.SignatureInvalid, $"The signature does not verify over the {(_bundle.Envelope is null ? "artifact" : "envelope")}.");
        }
    }

    /// <summary>The stated digest is a hint and proves nothing, but a bundle that contradicts the artifact belongs to another one.</summary>
    private static void RequireStatedDigest(MessageSignature message, Artifact artifact)
    {
        if (message.DigestAlgorithm is null && message.Digest.IsEmpty)
        {
            return;
        }

        var (name, size) = message.DigestAlgorithm switch
        {
            "SHA2_256" => ("sha256", 32),
            "SHA2_384" => ("sha384", 48),
            "SHA2_512" => ("sha512", 64),
            _ => throw new EvidenceException(FailureCode.BundleMalformed, "The bundle states a digest of an algorithm that is not accepted."),
        };
        if (message.Digest.Length != size)
        {
            throw new EvidenceException(FailureCode.BundleMalformed, $"The bundle states a {name} of {message.Digest.Length} bytes.");
        }

        if (artifact.Digest(name) is { } actual && !actual.Span.SequenceEqual(message.Digest.Span))
        {
            throw new EvidenceException(
                FailureCode.DigestMismatch, $"The artifact's {name} is {Convert.ToHexStringLower(actual.Span)}, the bundle is for {Convert.ToHexStringLower(message.Digest.Span)}.");
        }
    }
}

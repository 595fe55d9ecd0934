using System.Security.Cryptography;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Evidence.Verification;

/// <summary>What the signature is over: the artifact, or the PAE of the envelope. Each digest is computed once, for the log entry and the signature.</summary>
internal sealed class SignedContent
{
    private readonly Bundle _bundle;
    private readonly Artifact _signed;
    private readonly ReadOnlyMemory<byte> _pae;

    private SignedContent(Bundle bundle, Artifact signed, ReadOnlyMemory<byte> pae)
    {
        _bundle = bundle;
        _signed = signed;
        _pae = pae;
    }

    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.DigestMismatch"/> when the bundle states another digest of the artifact, or <see cref="FailureCode.ArtifactNeeded"/>.
    /// </exception>
    public static SignedContent Of(Bundle bundle, Artifact artifact, VerificationKey key)
    {
        if (bundle.Envelope is { } envelope)
        {
            var pae = envelope.PreAuthenticationEncoding();
            return new SignedContent(bundle, Artifact.OfBytes(pae), pae);
        }

        RequireStatedDigest(bundle.MessageSignature!, artifact);
        var content = new SignedContent(bundle, artifact, default);

        // Told now: without that digest everything about the log entry would be a wrong reason.
        return artifact.Digest(key.Hash) is null && !content.IsSignedBy(key)
            ? throw new EvidenceException(FailureCode.ArtifactNeeded, $"The signature is over {key.Hash} and only the artifact's SHA-256 is known.")
            : content;
    }

    /// <summary>The entry of Rekor v2 that this signature makes.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.ArtifactNeeded"/>.</exception>
    public HashedRekordEntry Rebuild(SignerProof signer) => new(
        _signed.Digest(signer.Key.Hash) ?? throw new EvidenceException(
            FailureCode.ArtifactNeeded, $"The log entry is over {signer.Key.Hash} and only the artifact's SHA-256 is known."),
        _bundle.Signature,
        signer.Verifier,
        signer.IsCertificate,
        signer.Key.PrehashedDetails);

    /// <summary>Whether the digest, and what else of the content a log kept, is this content's.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.ArtifactNeeded"/>.</exception>
    public bool IsWhatWasLogged(LoggedSignature logged)
    {
        if (!logged.IsOfPayload)
        {
            var digest = _signed.Digest(logged.DigestName) ?? throw new EvidenceException(
                FailureCode.ArtifactNeeded, $"The log entry is over {logged.DigestName} and only the artifact's SHA-256 is known.");
            return digest.Span.SequenceEqual(logged.Digest.Span);
        }

        return _bundle.Envelope is { } envelope
            && Artifact.OfBytes(envelope.Payload).Digest(logged.DigestName) is { } payload && payload.Span.SequenceEqual(logged.Digest.Span)
            && (logged.PayloadType is null || string.Equals(logged.PayloadType, envelope.PayloadType, StringComparison.Ordinal))
            && (logged.Payload is not { } kept || kept.Span.SequenceEqual(envelope.Payload.Span));
    }

    /// <exception cref="EvidenceException"><see cref="FailureCode.SignatureInvalid"/>.</exception>
    public void RequireSignature(VerificationKey key)
    {
        if (!IsSignedBy(key))
        {
            throw new EvidenceException(
                FailureCode.SignatureInvalid, $"The signature does not verify over the {(_bundle.Envelope is null ? "artifact" : "envelope")}.");
        }
    }

    /// <summary>
    /// By the key's own hash; ECDSA on the longer curves also by SHA-256, which cosign takes whatever the curve. An envelope is signed with pure Ed25519, an
    /// artifact with Ed25519ph; the prehash is domain-separated (RFC 8032, section 5.1), so neither can pass for the other.
    /// </summary>
    private bool IsSignedBy(VerificationKey key)
    {
        if (key.Algorithm == KeyAlgorithm.Ed25519 && _bundle.Envelope is not null && key.Verify(_pae.Span, _bundle.Signature.Span))
        {
            return true;
        }

        return Verifies(key, key.Hash)
            || (key.Algorithm is KeyAlgorithm.EcdsaP384 or KeyAlgorithm.EcdsaP521 && Verifies(key, HashAlgorithmName.SHA256));
    }

    private bool Verifies(VerificationKey key, HashAlgorithmName hash) =>
        _signed.Digest(hash) is { } digest && key.VerifyDigest(digest.Span, _bundle.Signature.Span, hash);

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
                FailureCode.DigestMismatch,
                $"The artifact's {name} is {Convert.ToHexStringLower(actual.Span)}, "
                    + $"the bundle is for {Convert.ToHexStringLower(message.Digest.Span)}.");
        }
    }
}

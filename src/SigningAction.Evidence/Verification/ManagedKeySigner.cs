using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;

namespace SigningAction.Evidence.Verification;

/// <summary>A key that the caller holds to be the publisher's. No authority vouches for it, so it has no identity, and holds for as long as the policy says.</summary>
internal sealed class ManagedKeySigner : SignerProof
{
    private ManagedKeySigner(VerificationKey key) => Key = key;

    public override VerificationKey Key { get; }

    public override ReadOnlyMemory<byte> Verifier => Key.Spki;

    public override bool IsCertificate => false;

    /// <summary>
    /// The hint proves nothing. But it is written as base64 of the key's SHA-256 by those who follow the specification, and where it has that form, another key's
    /// hint says more than a signature that fails.
    /// </summary>
    public static ManagedKeySigner Read(Bundle bundle, VerificationKey key, string hint)
    {
        if (StrictBase64.TryDecode(hint, out var digest) && digest.Length == Sha256Digest.Size && Sha256Digest.From(digest) != key.Id)
        {
            throw new EvidenceException(FailureCode.KeyMismatch, $"The bundle was signed with key {Convert.ToHexStringLower(digest)}; given is {key.Id}.");
        }

        // sigstore_bundle.proto: the key id of the envelope is the hint of the bundle.
        return bundle.Envelope is { KeyId.Length: > 0 } envelope && !string.Equals(envelope.KeyId, hint, StringComparison.Ordinal)
            ? throw new EvidenceException(FailureCode.BundleMalformed, "The bundle's key hint and the key id of its envelope differ.")
            : new ManagedKeySigner(key);
    }

    public override void Prove(IReadOnlyList<VerifiedTime> times, TrustedRoot root, VerificationPolicy policy)
    {
        if (policy.KeyValidity is { } validity && times.FirstOrDefault(time => !validity.Contains(time.Time)) is { } outside)
        {
            throw new EvidenceException(FailureCode.CertificateExpired, $"The key is not to be trusted for {outside.Time:u}.");
        }
    }

    public override void RequireKnown(TrustedRoot root)
    {
        // The caller vouches for it.
    }
}

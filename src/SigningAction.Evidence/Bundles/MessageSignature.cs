using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Bundles;

/// <summary>A plain signature over an artifact.</summary>
/// <param name="DigestAlgorithm">Name of the stated digest, for example <c>SHA2_256</c>; null where none is stated.</param>
/// <param name="Digest">Stated digest of the artifact: a hint, not authenticated, but a contradiction refuses.</param>
/// <param name="Signature">The signature; ECDSA in DER.</param>
public sealed record MessageSignature(string? DigestAlgorithm, ReadOnlyMemory<byte> Digest, ReadOnlyMemory<byte> Signature)
{
    /// <summary>A signature over an artifact with this SHA-256.</summary>
    public static MessageSignature Over(Sha256Digest artifact, ReadOnlyMemory<byte> signature) => new("SHA2_256", artifact.ToArray(), signature);
}

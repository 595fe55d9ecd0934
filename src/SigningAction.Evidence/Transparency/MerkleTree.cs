using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Transparency;

/// <summary>The hashes of a Merkle tree (RFC 6962, section 2.1). The prefixes keep a leaf from posing as a node.</summary>
public static class MerkleTree
{
    private const int NodePreimage = 1 + (2 * Sha256Digest.Size);

    /// <summary>The root of a tree without leaves: SHA-256 of nothing.</summary>
    public static Sha256Digest EmptyRoot { get; } = Sha256Digest.Of([]);

    /// <summary><c>SHA-256(0x00 ‖ entry)</c>.</summary>
    public static Sha256Digest LeafHash(ReadOnlySpan<byte> entry)
    {
        Sha256Digest digest = default;
        HashAlgorithms.Hash(HashAlgorithmName.SHA256, [0x00], entry, digest.Writable());
        return digest;
    }

    /// <summary><c>SHA-256(0x01 ‖ left ‖ right)</c>.</summary>
    public static Sha256Digest NodeHash(in Sha256Digest left, in Sha256Digest right)
    {
        Span<byte> preimage = stackalloc byte[NodePreimage];
        preimage[0] = 0x01;
        left.Span.CopyTo(preimage[1..]);
        right.Span.CopyTo(preimage[(1 + Sha256Digest.Size)..]);
        return Sha256Digest.Of(preimage);
    }
}

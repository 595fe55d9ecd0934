using System.Numerics;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Transparency;

/// <summary>
/// The hash of the complete subtree with <c>2^level</c> leaves that starts at leaf <c>index · 2^level</c>.
/// The caller asks only for subtrees that the tree holds whole.
/// </summary>
public delegate Sha256Digest SubtreeHash(int level, long index);

/// <summary>Inclusion and consistency proofs (RFC 6962, sections 2.1.1 and 2.1.2; checked as RFC 9162, sections 2.1.3.2 and 2.1.4.2).</summary>
public static class MerkleProof
{
    /// <summary>
    /// Whether <paramref name="leaf"/> is leaf number <paramref name="index"/> of the tree with this size and root. The proof must have exactly the right
    /// length.
    /// </summary>
    public static bool VerifyInclusion(long index, long size, Sha256Digest leaf, IReadOnlyList<Sha256Digest> proof, Sha256Digest root)
    {
        if (index < 0 || size <= index)
        {
            return false;
        }

        var (node, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = MerkleTree.NodeHash(sibling, hash);
                while ((node & 1) == 0 && node != 0)
                {
                    (node, last) = (node >> 1, last >> 1);
                }
            }
            else
            {
                hash = MerkleTree.NodeHash(hash, sibling);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && hash == root;
    }

    /// <summary>
    /// Whether the tree of <paramref name="size1"/> leaves is a prefix of the tree of <paramref name="size2"/> leaves. Between equal sizes the proof is empty
    /// and the roots equal; from an empty tree nothing can be proven, so only equal sizes pass.
    /// </summary>
    public static bool VerifyConsistency(long size1, long size2, Sha256Digest root1, Sha256Digest root2, IReadOnlyList<Sha256Digest> proof)
    {
        if (size1 < 0 || size2 < size1)
        {
            return false;
        }

        if (size1 == size2)
        {
            return proof.Count == 0 && root1 == root2;
        }

        if (size1 == 0 || proof.Count == 0)
        {
            return false;
        }

        var (node, last) = (size1 - 1, size2 - 1);
        while ((node & 1) == 1)
        {
            (node, last) = (node >> 1, last >> 1);
        }

        // A first tree that is one complete subtree is its own first hash and is left out of the proof.
        var skip = BitOperations.IsPow2(size1) ? 0 : 1;
        var hash1 = skip == 0 ? root1 : proof[0];
        var hash2 = hash1;
        for (var i = skip; i < proof.Count; i++)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash1 = MerkleTree.NodeHash(proof[i], hash1);
                hash2 = MerkleTree.NodeHash(proof[i], hash2);
                while ((node & 1) == 0 && node != 0)
                {
                    (node, last) = (node >> 1, last >> 1);
                }
            }
            else
            {
                hash2 = MerkleTree.NodeHash(hash2, proof[i]);
            }

            (node, last) = (node >> 1, last >> 1);
        }

        return last == 0 && hash1 == root1 && hash2 == root2;
    }

    /// <summary>The root of the first <paramref name="size"/> leaves.</summary>
    public static Sha256Digest Root(long size, SubtreeHash subtree)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return size == 0 ? MerkleTree.EmptyRoot : RangeHash(0, size, subtree);
    }

    /// <summary>The proof that leaf <paramref name="index"/> is in the tree of <paramref name="size"/> leaves, from the leaf up.</summary>
    public static IReadOnlyList<Sha256Digest> Inclusion(long index, long size, SubtreeHash subtree)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var proof = new List<Sha256Digest>(Limits.ProofHashes);
        var (start, end) = (0L, size);
        while (end - start > 1)
        {
            var middle = start + SplitPoint(end - start);
            if (index < middle)
            {
                proof.Add(RangeHash(middle, end, subtree));
                end = middle;
            }
            else
            {
                proof.Add(RangeHash(start, middle, subtree));
                start = middle;
            }
        }

        proof.Reverse();
        return proof;
    }

    /// <summary>The proof that the tree of <paramref name="size1"/> leaves is a prefix of the tree of <paramref name="size2"/> leaves; empty for equal sizes.</summary>
    public static IReadOnlyList<Sha256Digest> Consistency(long size1, long size2, SubtreeHash subtree)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size2, size1);
        var proof = new List<Sha256Digest>(Limits.ProofHashes);
        var (start, end, size, known) = (0L, size2, size1, true);
        while (start + size != end)
        {
            var split = SplitPoint(end - start);
            if (size <= split)
            {
                proof.Add(RangeHash(start + split, end, subtree));
                end = start + split;
            }
            else
            {
                proof.Add(RangeHash(start, start + split, subtree));
                (start, size, known) = (start + split, size - split, false);
            }
        }

        if (!known)
        {
            proof.Add(RangeHash(start, end, subtree));
        }

        proof.Reverse();
        return proof;
    }

    /// <summary>The hash of the leaves from <paramref name="start"/> to before <paramref name="end"/>; start is aligned as the tree's own splits align it.</summary>
    private static Sha256Digest RangeHash(long start, long end, SubtreeHash subtree)
    {
        var length = end - start;
        if (BitOperations.IsPow2(length))
        {
            var level = BitOperations.Log2((ulong)length);
            return subtree(level, start >> level);
        }

        var middle = start + SplitPoint(length);
        return MerkleTree.NodeHash(RangeHash(start, middle, subtree), RangeHash(middle, end, subtree));
    }

    /// <summary>The largest power of two smaller than <paramref name="length"/>.</summary>
    private static long SplitPoint(long length) => 1L << BitOperations.Log2((ulong)(length - 1));
}

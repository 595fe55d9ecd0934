using System.Security.Cryptography;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>Bundles of one instance, each with an artifact, timestamp, log entry and checkpoint of its own; key and certificate are of its own or shared.</summary>
internal static class DistinctBundles
{
    /// <summary>As long as the proofs of a log with a million entries.</summary>
    private const int ProofHashes = 20;

    /// <summary>The artifact of a number.</summary>
    public static byte[] ArtifactOf(int number) => BitConverter.GetBytes(number);

    /// <summary>A plain signature over <see cref="ArtifactOf"/> with a certificate of its own, as JSON.</summary>
    public static byte[] Sign(InMemorySigstore sigstore, int number)
    {
        using var key = InMemorySigstore.NewKey();
        return Sign(sigstore, number, key, sigstore.Issue(key));
    }

    /// <summary>The same with a certificate that signs others too.</summary>
    public static byte[] Sign(InMemorySigstore sigstore, int number, ECDsa key, byte[] certificate)
    {
        var digest = Sha256Digest.Of(ArtifactOf(number));
        var signature = key.SignHash(digest.Span, DSASignatureFormat.Rfc3279DerSequence);
        return Bundle.Create(certificate, MessageSignature.Over(digest, signature), [Logged(sigstore, digest, signature, certificate)], [sigstore.Stamp(signature)]).ToJson();
    }

    /// <summary>The first entry of a full tree whose other leaves nobody knows: the log of the tests would prove each entry against all others.</summary>
    private static LogEntry Logged(InMemorySigstore sigstore, Sha256Digest digest, byte[] signature, byte[] certificate)
    {
        var body = new HashedRekordEntry(digest.ToArray(), signature, certificate, isCertificate: true, "PKIX_ECDSA_P256_SHA_256").CanonicalBody();
        var siblings = Enumerable.Range(0, ProofHashes).Select(level => Sha256Digest.Of([(byte)level])).ToList();
        var root = siblings.Aggregate(MerkleTree.LeafHash(body), (left, right) => MerkleTree.NodeHash(left, right));
        var checkpoint = new Checkpoint(sigstore.Host, 1 << ProofHashes, root);
        return new LogEntry
        {
            LogIndex = 0,
            LogId = sigstore.LogNoteKey.FullId.ToArray(),
            Kind = HashedRekordEntry.Kind,
            Version = HashedRekordEntry.Version,
            InclusionProof = new InclusionProof(0, checkpoint.Size, root, siblings, sigstore.SignCheckpoint(checkpoint)),
            CanonicalizedBody = body,
        };
    }
}

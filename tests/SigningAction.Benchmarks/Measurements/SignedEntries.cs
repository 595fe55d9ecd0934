using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using SigningAction.Authority.Ledger;
using SigningAction.Benchmarks.Running;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Measurements;

/// <summary>Log entries over fresh digests, signed beforehand with keys that have certificates, as clients send them.</summary>
internal sealed class SignedEntries
{
    private const int Signers = 1024;
    private const string Details = "PKIX_ECDSA_P256_SHA_256";

    private readonly HashedRekordEntry[] _entries;

    private SignedEntries(HashedRekordEntry[] entries)
    {
        _entries = entries;
        Bodies = [.. entries.AsParallel().AsOrdered().Select(Body)];
        Requests = [.. Bodies.Select(body => Connection.Request("POST", "/api/v2/log/entries", "application/json", body))];
    }

    /// <summary>Bodies of <c>POST /api/v2/log/entries</c>.</summary>
    public byte[][] Bodies { get; }

    /// <summary>The whole requests.</summary>
    public byte[][] Requests { get; }

    public static SignedEntries Make(int count)
    {
        using var sigstore = new InMemorySigstore();
        var run = Guid.NewGuid().ToByteArray();
        var signers = Enumerable.Range(0, Math.Min(count, Signers)).AsParallel().Select(_ =>
        {
            var key = InMemorySigstore.NewKey();
            return (Key: key, Certificate: sigstore.Issue(key));
        }).ToList();
        var entries = Enumerable.Range(0, count).AsParallel().AsOrdered().Select(number =>
        {
            var (key, certificate) = signers[number % signers.Count];
            var digest = SHA256.HashData([.. run, .. BitConverter.GetBytes(number)]);
            return new HashedRekordEntry(digest, key.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence), certificate, isCertificate: true, Details);
        }).ToArray();
        signers.ForEach(signer => signer.Key.Dispose());
        return new SignedEntries(entries);
    }

    /// <summary>A log that takes these entries: their certificates are of no authority that runs.</summary>
    public static LogSigners Anybody()
    {
        using var sigstore = new InMemorySigstore();
        return new LogSigners(EntrySigners.Anybody, sigstore.TrustedRoot);
    }

    public HashedRekordEntry Entry(int number) => _entries[number];

    /// <summary>The leaves, as the log stores them.</summary>
    public byte[][] Leaves() => [.. _entries.AsParallel().AsOrdered().Select(entry => entry.CanonicalBody())];

    /// <summary>Verifies the answers: each proves its own entry, at an index of its own, against a checkpoint that the log signed.</summary>
    /// <param name="answers">The answers from request <paramref name="first"/> on; an empty one was not sent.</param>
    /// <param name="first">The request of the first answer.</param>
    /// <param name="root">What the authority asks to be trusted with.</param>
    /// <returns>How many were verified.</returns>
    public int Verify(IReadOnlyList<byte[]> answers, int first, TrustedRoot root)
    {
        var log = root.Logs.Single();
        var key = NoteKey.ForLog(log.Origin, log.Key);
        var indexes = new ConcurrentDictionary<long, bool>();
        Parallel.For(0, answers.Count, i =>
        {
            if (answers[i].Length > 0 && !(Proves(LogEntry.Parse(answers[i]), _entries[first + i].CanonicalBody(), key, out var index) && indexes.TryAdd(index, true)))
            {
                throw new InvalidOperationException($"The answer to request {first + i} does not prove its entry.");
            }
        });
        return indexes.Count;
    }

    private static bool Proves(LogEntry entry, byte[] leaf, NoteKey log, out long index)
    {
        index = entry.LogIndex;
        if (entry.InclusionProof is not { } proof || SignedNote.Parse(proof.Checkpoint) is not { } note || !note.IsSignedBy(log))
        {
            return false;
        }

        var checkpoint = Checkpoint.ParseText(note.Text);
        return entry.CanonicalizedBody.Span.SequenceEqual(leaf)
            && MerkleProof.VerifyInclusion(index, checkpoint.Size, MerkleTree.LeafHash(leaf), proof.Hashes, checkpoint.Root);
    }

    private static byte[] Body(HashedRekordEntry entry) => Encoding.UTF8.GetBytes(
        TestSigner.Record(entry.Digest.ToArray(), entry.Signature.ToArray(), entry.Verifier.ToArray()).ToJsonString());
}

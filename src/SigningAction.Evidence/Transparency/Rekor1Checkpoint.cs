using System.Buffers.Binary;
using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Transparency;

/// <summary>
/// The checkpoint of a Rekor v1 shard. Its origin is <c>HOST - TREE</c>, and one key signs for all shards of a log; the key id is the first four bytes of
/// SHA-256(SubjectPublicKeyInfo) whatever the kind of key, and ECDSA goes with SHA-256 whatever the curve (rekor pkg/util/signed_note.go).
/// </summary>
internal static class Rekor1Checkpoint
{
    private const string TreeSeparator = " - ";

    /// <summary>Reads a checkpoint that the log with this key signed.</summary>
    /// <param name="envelope">The signed note.</param>
    /// <param name="hosts">What the log may be called: its host, with or without port.</param>
    /// <param name="key">The log's key.</param>
    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.CheckpointMalformed"/>, <see cref="FailureCode.CheckpointOrigin"/>, <see cref="FailureCode.CheckpointSignature"/>,
    /// <see cref="FailureCode.TooLarge"/> or <see cref="FailureCode.TooMany"/>.
    /// </exception>
    public static Checkpoint Verify(string envelope, IReadOnlyList<string> hosts, VerificationKey key)
    {
        var note = SignedNote.Parse(envelope);
        var checkpoint = Checkpoint.ParseText(note.Text);
        var at = checkpoint.Origin.LastIndexOf(TreeSeparator, StringComparison.Ordinal);
        var name = at < 0 ? string.Empty : checkpoint.Origin[..at];
        var tree = at < 0 ? default : checkpoint.Origin.AsSpan(at + TreeSeparator.Length);
        if (tree.IsEmpty || tree.ContainsAnyExceptInRange('0', '9') || !hosts.Contains(name, StringComparer.Ordinal))
        {
            throw new EvidenceException(
                FailureCode.CheckpointOrigin, $"The checkpoint is of log {PrintableText.Exact(checkpoint.Origin)}; the entry is of a shard of {hosts[0]}.");
        }

        return IsSignedBy(note, name, key)
            ? checkpoint
            : throw new EvidenceException(FailureCode.CheckpointSignature, $"The checkpoint has no signature of log {name}.");
    }

    /// <summary>As in every note: a line under the log's name and key id that does not verify is an attack, not an accident.</summary>
    private static bool IsSignedBy(SignedNote note, string name, VerificationKey key)
    {
        var (text, hint, signed) = (System.Text.Encoding.UTF8.GetBytes(note.Text), BinaryPrimitives.ReadUInt32BigEndian(key.Id.Span), false);
        foreach (var signature in note.Signatures)
        {
            if (signature.Name != name || signature.Hint != hint)
            {
                continue;
            }

            var verifies = key.Algorithm == KeyAlgorithm.Ed25519
                ? key.Verify(text, signature.Bytes.Span)
                : key.Verify(text, signature.Bytes.Span, HashAlgorithmName.SHA256);
            signed = verifies
                ? true
                : throw new EvidenceException(FailureCode.CheckpointSignature, $"The signature of {name} on the checkpoint does not verify.");
        }

        return signed;
    }
}

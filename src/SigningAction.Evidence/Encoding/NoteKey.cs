using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Encoding;

/// <summary>A key that signs notes, known by name and hint.</summary>
public sealed class NoteKey
{
    private const int TimestampBytes = 8;

    private NoteKey(string name, NoteKeyType type, VerificationKey key)
    {
        Name = name;
        Type = type;
        Key = key;
        FullId = type switch
        {
            NoteKeyType.Ecdsa => key.Id,
            NoteKeyType.Ed25519 => Sha256Digest.Of([.. System.Text.Encoding.UTF8.GetBytes(name), 0x0A, 0x01, .. key.Ed25519Raw.Span]),
            NoteKeyType.Rfc6962 => Sha256Digest.Of([.. System.Text.Encoding.UTF8.GetBytes(name), 0x0A, 0x05, .. key.Id.Span]),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type of note key."),
        };
    }

    /// <summary>Key name; a log's is its origin.</summary>
    public string Name { get; }

    /// <summary>What the signature is made over.</summary>
    public NoteKeyType Type { get; }

    /// <summary>The public key.</summary>
    public VerificationKey Key { get; }

    /// <summary>The key id before it is cut to its hint; <c>logId.keyId</c> of a Rekor v2 entry.</summary>
    public Sha256Digest FullId { get; }

    /// <summary>The first four bytes of <see cref="FullId"/>.</summary>
    public uint Hint => BinaryPrimitives.ReadUInt32BigEndian(FullId.Span);

    /// <summary>The key of a tile log: the type follows from the algorithm.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.KeyUnsupported"/>.</exception>
    public static NoteKey ForLog(string name, VerificationKey key) => key.Algorithm switch
    {
        KeyAlgorithm.Ed25519 => new NoteKey(Valid(name), NoteKeyType.Ed25519, key),
        KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384 or KeyAlgorithm.EcdsaP521 => new NoteKey(Valid(name), NoteKeyType.Ecdsa, key),
        _ => throw new EvidenceException(FailureCode.KeyUnsupported, "A log's key is neither ECDSA nor Ed25519."),
    };

    /// <summary>The key of a certificate log: its notes are signed tree heads of RFC 6962.</summary>
    public static NoteKey ForCertificateLog(string name, VerificationKey key) => new(Valid(name), NoteKeyType.Rfc6962, key);

    /// <summary>Whether a key may be called this: not empty, no white space, no <c>+</c>.</summary>
    public static bool IsValidName(string name) => name.Length > 0 && !name.Any(c => char.IsWhiteSpace(c) || c == '+');

    /// <summary>Signs <paramref name="text"/> as this key.</summary>
    /// <param name="text">The note text with its last line feed.</param>
    /// <param name="privateKey">The private half, ECDSA.</param>
    /// <param name="time">Time of the tree head; only RFC 6962 signatures carry it.</param>
    public NoteSignature Sign(string text, ECDsa privateKey, DateTimeOffset time)
    {
        if (Type == NoteKeyType.Ecdsa)
        {
            var data = System.Text.Encoding.UTF8.GetBytes(text);
            return new NoteSignature(Name, Hint, privateKey.SignData(data, Key.Hash, DSASignatureFormat.Rfc3279DerSequence));
        }

        if (Type != NoteKeyType.Rfc6962)
        {
            throw new InvalidOperationException("Only ECDSA keys sign here.");
        }

        var timestamp = time.ToUnixTimeMilliseconds();
        var der = privateKey.SignData(TreeHead(text, timestamp), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var blob = new byte[TimestampBytes + 4 + der.Length];
        BinaryPrimitives.WriteInt64BigEndian(blob, timestamp);
        (blob[8], blob[9]) = (Rfc5246.Sha256, Rfc5246.Ecdsa);
        BinaryPrimitives.WriteUInt16BigEndian(blob.AsSpan(10), (ushort)der.Length);
        der.CopyTo(blob, 12);
        return new NoteSignature(Name, Hint, blob);
    }

    /// <summary>Whether <paramref name="signature"/> (behind the key id) is this key's over <paramref name="text"/>.</summary>
    internal bool Verify(string text, ReadOnlySpan<byte> signature)
    {
        if (Type != NoteKeyType.Rfc6962)
        {
            return Key.Verify(System.Text.Encoding.UTF8.GetBytes(text), signature);
        }

        if (signature.Length < TimestampBytes + 4
            || signature[8] != Rfc5246.Sha256
            || signature[9] != Rfc5246.Ecdsa
            || BinaryPrimitives.ReadUInt16BigEndian(signature[10..]) != signature.Length - 12)
        {
            return false;
        }

        return Key.Verify(TreeHead(text, BinaryPrimitives.ReadInt64BigEndian(signature)), signature[12..]);
    }

    /// <summary>TreeHeadSignature of RFC 6962, section 3.5.</summary>
    private static byte[] TreeHead(string text, long timestamp)
    {
        var checkpoint = Checkpoint.ParseText(text);
        var head = new byte[2 + 8 + 8 + Sha256Digest.Size];
        head[1] = 1; // version v1 (0), then signature_type tree_hash (1)
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(2), timestamp);
        BinaryPrimitives.WriteInt64BigEndian(head.AsSpan(10), checkpoint.Size);
        checkpoint.Root.Span.CopyTo(head.AsSpan(18));
        return head;
    }

    private static string Valid(string name) => IsValidName(name)
        ? name
        : throw new EvidenceException(FailureCode.TrustedRootMalformed, "A log's origin is empty or has white space or a plus sign.");

    /// <summary>Algorithm numbers of RFC 5246, section 7.4.1.4.1.</summary>
    private static class Rfc5246
    {
        public const byte Sha256 = 4;
        public const byte Ecdsa = 3;
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Transparency;

/// <summary>The key of a witness, which cosigns checkpoints that it found consistent (C2SP tlog-cosignature). Safe for concurrent use.</summary>
public sealed class WitnessKey
{
    private const int TimeBytes = 8;

    private readonly byte[] _raw;
    private readonly VerificationKey? _ed25519;
    private readonly MLDsaPublicKeyParameters? _mlDsa;

    private WitnessKey(NoteKeyText text)
    {
        (Name, Hint, _raw) = (text.Name, text.Hint, text.Key);
        if (text.Type == NoteKeyType.CosignatureEd25519)
        {
            _ed25519 = VerificationKey.ParseEd25519(_raw);
        }
        else
        {
            _mlDsa = MLDsaPublicKeyParameters.FromEncoding(MLDsaParameters.ml_dsa_44, _raw);
        }
    }

    /// <summary>Key name of its signature lines.</summary>
    public string Name { get; }

    /// <summary>Key id of its signature lines, 32 bits.</summary>
    public uint Hint { get; }

    /// <summary>Reads <c>NAME+HASH+BASE64</c> of type 0x04 (Ed25519) or 0x06 (ML-DSA-44).</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.WitnessPolicyMalformed"/>.</exception>
    public static WitnessKey Parse(string text)
    {
        try
        {
            return NoteKeyText.Parse(text) is { Type: NoteKeyType.CosignatureEd25519 or NoteKeyType.CosignatureMlDsa44 } key
                ? new WitnessKey(key)
                : throw Malformed(text);
        }
        catch (Exception e) when (e is ArgumentException or EvidenceException { Code: FailureCode.KeyUnsupported })
        {
            throw Malformed(text);
        }
    }

    /// <summary>Whether both are one underlying key, whatever they are called.</summary>
    internal bool SameKey(WitnessKey other) => _raw.AsSpan().SequenceEqual(other._raw);

    /// <summary>The time at which this witness cosigned; null when it did not. Of several lines of this witness the latest counts.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.CheckpointSignature"/> for a line that carries name and hint of this key and does not verify.</exception>
    internal DateTimeOffset? Cosigned(SignedNote note, Checkpoint checkpoint)
    {
        DateTimeOffset? latest = null;
        foreach (var line in note.Signatures.Where(line => line.Hint == Hint && string.Equals(line.Name, Name, StringComparison.Ordinal)))
        {
            if (Time(line) is not { } time || !Verify(note, checkpoint, line.Bytes[..TimeBytes], line.Bytes.Span[TimeBytes..]))
            {
                throw new EvidenceException(FailureCode.CheckpointSignature, $"The cosignature of witness {PrintableText.Exact(Name)} on the checkpoint does not verify.");
            }

            latest = latest > time ? latest : time;
        }

        return latest;
    }

    /// <summary>Null where there is none, or one that this platform cannot hold (past the year 9999).</summary>
    private static DateTimeOffset? Time(NoteSignature line) =>
        line.Bytes.Length > TimeBytes && BinaryPrimitives.ReadUInt64BigEndian(line.Bytes.Span) is var seconds
        && seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;

    private bool Verify(SignedNote note, Checkpoint checkpoint, ReadOnlyMemory<byte> time, ReadOnlySpan<byte> signature)
    {
        if (_ed25519 is not null)
        {
            var seconds = BinaryPrimitives.ReadUInt64BigEndian(time.Span).ToString(CultureInfo.InvariantCulture);
            return _ed25519.Verify(System.Text.Encoding.UTF8.GetBytes($"cosignature/v1\ntime {seconds}\n{note.Text}"), signature);
        }

        if (CosignedMessage(checkpoint, time.Span) is not { } message)
        {
            return false;
        }

        var signer = new MLDsaSigner(MLDsaParameters.ml_dsa_44, deterministic: true);
        signer.Init(forSigning: false, _mlDsa);
        signer.BlockUpdate(message, 0, message.Length);
        return signer.VerifySignature(signature.ToArray());
    }

    /// <summary><c>cosigned_message</c>: unlike Ed25519 it names the witness and leaves extension lines out. Null when a name is too long for it.</summary>
    private byte[]? CosignedMessage(Checkpoint checkpoint, ReadOnlySpan<byte> time)
    {
        var name = System.Text.Encoding.UTF8.GetBytes(Name);
        var origin = System.Text.Encoding.UTF8.GetBytes(checkpoint.Origin);
        if (name.Length > byte.MaxValue || origin.Length > byte.MaxValue)
        {
            return null;
        }

        Span<byte> range = stackalloc byte[16];
        range.Clear();
        BinaryPrimitives.WriteInt64BigEndian(range[8..], checkpoint.Size);
        return [.. "subtree/v1\n\0"u8, (byte)name.Length, .. name, .. time, (byte)origin.Length, .. origin, .. range, .. checkpoint.Root.Span];
    }

    private static EvidenceException Malformed(string text) =>
        new(FailureCode.WitnessPolicyMalformed, $"The witness policy has a witness key that is not accepted: {PrintableText.Exact(text)}.");
}

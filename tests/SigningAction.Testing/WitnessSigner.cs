using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math.EC.Rfc8032;
using Org.BouncyCastle.Security;

namespace SigningAction.Testing;

/// <summary>A witness that cosigns whatever a test shows it (C2SP tlog-cosignature), Ed25519 or ML-DSA-44.</summary>
public sealed class WitnessSigner
{
    private readonly byte _type;
    private readonly byte[] _publicKey;
    private readonly Func<byte[], byte[]> _sign;

    private WitnessSigner(string name, byte type, byte[] publicKey, Func<byte[], byte[]> sign)
    {
        Name = name;
        _type = type;
        _publicKey = publicKey;
        _sign = sign;
    }

    public string Name { get; }

    /// <summary>The key as a policy lists it.</summary>
    public string Vkey => $"{Name}+{Convert.ToHexStringLower(Hint)}+{Convert.ToBase64String([_type, .. _publicKey])}";

    private byte[] Hint => SHA256.HashData([.. Encoding.UTF8.GetBytes(Name), 0x0A, _type, .. _publicKey])[..4];

    public static WitnessSigner Ed25519Key(string name)
    {
        var secret = RandomNumberGenerator.GetBytes(Ed25519.SecretKeySize);
        var publicKey = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(secret, 0, publicKey, 0);
        return new WitnessSigner(name, 0x04, publicKey, data =>
        {
            var signature = new byte[Ed25519.SignatureSize];
            Ed25519.Sign(secret, 0, data, 0, data.Length, signature, 0);
            return signature;
        });
    }

    public static WitnessSigner MlDsa(string name)
    {
        var generator = new MLDsaKeyPairGenerator();
        generator.Init(new MLDsaKeyGenerationParameters(new SecureRandom(), MLDsaParameters.ml_dsa_44));
        var pair = generator.GenerateKeyPair();
        return new WitnessSigner(name, 0x06, ((MLDsaPublicKeyParameters)pair.Public).GetEncoded(), data =>
        {
            var signer = new MLDsaSigner(MLDsaParameters.ml_dsa_44, deterministic: true);
            signer.Init(true, pair.Private);
            signer.BlockUpdate(data, 0, data.Length);
            return signer.GenerateSignature();
        });
    }

    /// <summary>This witness's key under another name.</summary>
    public WitnessSigner Named(string name) => new(name, _type, _publicKey, _sign);

    /// <summary>The checkpoint with one more signature line.</summary>
    /// <param name="checkpoint">The checkpoint with its log's signature.</param>
    /// <param name="time">Unix seconds.</param>
    /// <param name="over">Another checkpoint, to cosign that one instead and put the line under this one.</param>
    public string Cosign(string checkpoint, ulong time, string? over = null)
    {
        var text = over ?? checkpoint;
        var note = text[..(text.LastIndexOf("\n\n", StringComparison.Ordinal) + 1)];
        var stamp = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(stamp, time);
        var signature = _sign(_type == 0x04 ? Encoding.UTF8.GetBytes($"cosignature/v1\ntime {time}\n{note}") : Message(note.Split('\n'), stamp));
        return $"{checkpoint}— {Name} {Convert.ToBase64String([.. Hint, .. stamp, .. signature])}\n";
    }

    private byte[] Message(string[] lines, byte[] stamp)
    {
        var (name, origin) = (Encoding.UTF8.GetBytes(Name), Encoding.UTF8.GetBytes(lines[0]));
        var range = new byte[16];
        BinaryPrimitives.WriteInt64BigEndian(range.AsSpan(8), long.Parse(lines[1], System.Globalization.CultureInfo.InvariantCulture));
        return [.. "subtree/v1\n\0"u8, (byte)name.Length, .. name, .. stamp, (byte)origin.Length, .. origin, .. range, .. Convert.FromBase64String(lines[2])];
    }
}

using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Evidence.Encoding;

/// <summary>
/// The hash of something that comes in pieces, for example of an artifact that is larger than memory: by OpenSSL where it is, as everything here is hashed, else by the
/// platform. For one caller at a time.
/// </summary>
public sealed class RunningHash : IDisposable
{
    private readonly HashAlgorithmName _hash;
    private readonly EvpDigest? _direct;
    private readonly IncrementalHash? _platform;

    /// <summary>A hash of nothing yet.</summary>
    /// <param name="hash">SHA-256, SHA-384 or SHA-512.</param>
    /// <exception cref="ArgumentException">Another hash.</exception>
    public RunningHash(HashAlgorithmName hash)
    {
        if (HashAlgorithms.Size(hash) == 0)
        {
            throw new ArgumentException($"{hash} is not accepted.", nameof(hash));
        }

        _hash = hash;
        _direct = LibCrypto.StartHash(hash);
        _platform = _direct is null ? IncrementalHash.CreateHash(hash) : null;
    }

    /// <summary>Adds the next piece.</summary>
    public void Append(ReadOnlySpan<byte> piece)
    {
        if (_direct is not null)
        {
            LibCrypto.Add(_direct, piece);
        }
        else
        {
            _platform!.AppendData(piece);
        }
    }

    /// <summary>The digest of all pieces; nothing can be added after it.</summary>
    public byte[] Finish()
    {
        var digest = new byte[HashAlgorithms.Size(_hash)];
        if (_direct is not null)
        {
            LibCrypto.Finish(_direct, digest);
        }
        else
        {
            _ = _platform!.GetHashAndReset(digest);
        }

        return digest;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _direct?.Dispose();
        _platform?.Dispose();
    }
}

using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Bundles;

/// <summary>
/// What is to be verified, known by its digests only. Who holds the bytes computes a digest when it is first asked for; who has but one digest answers for that one.
/// Safe for concurrent use.
/// </summary>
public sealed class Artifact
{
    private readonly Func<HashAlgorithmName, ReadOnlyMemory<byte>?> _compute;
    private readonly Dictionary<string, ReadOnlyMemory<byte>?> _known = new(StringComparer.Ordinal);

    private Artifact(Func<HashAlgorithmName, ReadOnlyMemory<byte>?> compute) => _compute = compute;

    /// <summary>SHA-256, always known.</summary>
    public Sha256Digest Sha256 => Sha256Digest.From(Digest("sha256")!.Value.Span);

    /// <summary>An artifact whose bytes are at hand; asked for SHA-256, SHA-384 or SHA-512, at most once each.</summary>
    public static Artifact Hashed(Func<HashAlgorithmName, byte[]> compute) => new(algorithm => compute(algorithm));

    /// <summary>An artifact in memory.</summary>
    public static Artifact OfBytes(ReadOnlyMemory<byte> bytes) => Hashed(algorithm => HashAlgorithms.Hash(algorithm, bytes.Span));

    /// <summary>An artifact of which only the SHA-256 is known.</summary>
    public static Artifact OfDigest(Sha256Digest sha256) =>
        new(algorithm => algorithm == HashAlgorithmName.SHA256 ? sha256.ToArray() : default(ReadOnlyMemory<byte>?));

    /// <summary>A digest by its in-toto name (<c>sha256</c>, <c>sha384</c>, <c>sha512</c>); null where it cannot be known.</summary>
    public ReadOnlyMemory<byte>? Digest(string name)
    {
        // One at a time: two verifications of one artifact must not read it twice.
        lock (_known)
        {
            if (!_known.TryGetValue(name, out var digest))
            {
                digest = name switch
                {
                    "sha256" => _compute(HashAlgorithmName.SHA256),
                    "sha384" => _compute(HashAlgorithmName.SHA384),
                    "sha512" => _compute(HashAlgorithmName.SHA512),
                    _ => null,
                };
                _known.Add(name, digest);
            }

            return digest;
        }
    }

    /// <summary>A digest by the platform's name of its algorithm.</summary>
    public ReadOnlyMemory<byte>? Digest(HashAlgorithmName algorithm) => Digest(algorithm.Name switch
    {
        "SHA256" => "sha256",
        "SHA384" => "sha384",
        "SHA512" => "sha512",
        _ => string.Empty,
    });
}

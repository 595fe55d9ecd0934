using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Evidence.Encoding;

/// <summary>32 bytes of SHA-256, compared by value. The default value is 32 zero bytes.</summary>
[InlineArray(Size)]
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification =
    "They are overridden below; the analyzer does not see through InlineArray.")]
public struct Sha256Digest : IEquatable<Sha256Digest>
{
    /// <summary>Bytes of the digest.</summary>
    public const int Size = 32;

    private byte _first;

    /// <summary>The digest of <paramref name="data"/>.</summary>
    public static Sha256Digest Of(ReadOnlySpan<byte> data)
    {
        Sha256Digest digest = default;
        HashAlgorithms.Hash(HashAlgorithmName.SHA256, [], data, digest.Writable());
        return digest;
    }

    /// <summary>Takes over exactly 32 bytes.</summary>
    /// <exception cref="ArgumentException">Not 32 bytes: check attacker-controlled lengths before, with a failure of their own.</exception>
    public static Sha256Digest From(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new ArgumentException($"A SHA-256 digest has {Size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        Sha256Digest digest = default;
        bytes.CopyTo(digest.Writable());
        return digest;
    }

    /// <summary>Reads 64 lowercase hexadecimal digits and nothing else.</summary>
    public static bool TryParseHex(ReadOnlySpan<char> hex, out Sha256Digest digest)
    {
        digest = default;
        return hex.Length == 2 * Size
            && !hex.ContainsAnyInRange('A', 'F')
            && Convert.FromHexString(hex, digest.Writable(), out _, out _) == System.Buffers.OperationStatus.Done;
    }

    /// <summary>The 32 bytes, as a view on this value.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<byte> Span => MemoryMarshal.CreateReadOnlySpan(in _first, Size);

    /// <summary>A copy of the 32 bytes.</summary>
    public readonly byte[] ToArray() => Span.ToArray();

    /// <summary>Lowercase hexadecimal.</summary>
    public override readonly string ToString() => Convert.ToHexStringLower(Span);

    /// <inheritdoc/>
    public readonly bool Equals(Sha256Digest other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Sha256Digest other && Equals(other);

    /// <summary>The first four bytes: a digest is uniform already.</summary>
    public override readonly int GetHashCode() => MemoryMarshal.Read<int>(Span);

    /// <summary>Equality by value.</summary>
    public static bool operator ==(Sha256Digest left, Sha256Digest right) => left.Equals(right);

    /// <summary>Inequality by value.</summary>
    public static bool operator !=(Sha256Digest left, Sha256Digest right) => !left.Equals(right);

    /// <summary>The 32 bytes, writable: only for the one who is still making the value.</summary>
    [UnscopedRef]
    internal Span<byte> Writable() => MemoryMarshal.CreateSpan(ref _first, Size);
}

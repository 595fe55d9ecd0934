using System.Formats.Asn1;
using System.Security.Cryptography;

namespace SigningAction.Evidence.Certificates;

/// <summary>The three hashes that are accepted anywhere, and their AlgorithmIdentifier. A label for another hash reads as none.</summary>
internal static class HashAlgorithms
{
    /// <summary>Digest length in bytes; 0 for a hash that is not accepted.</summary>
    public static int Size(HashAlgorithmName hash) =>
        hash == HashAlgorithmName.SHA256 ? 32 : hash == HashAlgorithmName.SHA384 ? 48 : hash == HashAlgorithmName.SHA512 ? 64 : 0;

    /// <summary>Hashes by one of the accepted names.</summary>
    public static byte[] Hash(HashAlgorithmName hash, ReadOnlySpan<byte> data)
    {
        var digest = new byte[Size(hash)];
        Hash(hash, [], data, digest);
        return digest;
    }

    /// <summary>Hashes two pieces, one after the other, by one of the accepted names.</summary>
    public static void Hash(HashAlgorithmName hash, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, Span<byte> digest)
    {
        if (LibCrypto.TryHash(hash, first, second, digest))
        {
            return;
        }

        using var pieces = IncrementalHash.CreateHash(hash);
        pieces.AppendData(first);
        pieces.AppendData(second);
        pieces.GetHashAndReset(digest);
    }

    /// <summary>Reads an AlgorithmIdentifier of a hash: parameters absent or NULL (RFC 5754, section 2). Null when the hash is not accepted.</summary>
    /// <exception cref="AsnContentException">It does not parse.</exception>
    public static HashAlgorithmName? Read(AsnReader reader)
    {
        var algorithm = reader.ReadSequence();
        HashAlgorithmName? hash = algorithm.ReadObjectIdentifier() switch
        {
            Oids.Sha256 => HashAlgorithmName.SHA256,
            Oids.Sha384 => HashAlgorithmName.SHA384,
            Oids.Sha512 => HashAlgorithmName.SHA512,
            _ => null,
        };
        if (hash is null)
        {
            return null;
        }

        if (algorithm.HasData)
        {
            algorithm.ReadNull();
        }

        algorithm.ThrowIfNotEmpty();
        return hash;
    }

    /// <summary>Writes the AlgorithmIdentifier without parameters, the form that RFC 5754, section 2 asks for.</summary>
    public static void Write(AsnWriter writer, HashAlgorithmName hash)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(
                hash == HashAlgorithmName.SHA256 ? Oids.Sha256
                : hash == HashAlgorithmName.SHA384 ? Oids.Sha384
                : hash == HashAlgorithmName.SHA512 ? Oids.Sha512
                : throw new ArgumentException($"{hash} is not accepted.", nameof(hash)));
        }
    }
}

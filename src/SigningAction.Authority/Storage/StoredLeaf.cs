using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>One leaf as it is stored and served.</summary>
/// <param name="Index">Position in its log.</param>
/// <param name="Data">The bytes: an entry of an entry bundle, or a TileLeaf of a data tile.</param>
/// <param name="Sha256">SHA-256 of <paramref name="Data"/>: not all of it is under the Merkle root in every log, and none of it may rot unseen.</param>
/// <param name="IsUnique">Whether the log gives the same leaf the same index; the hash is its key then, and no two leaves of the log may have it.</param>
public sealed record StoredLeaf(long Index, ReadOnlyMemory<byte> Data, Sha256Digest Sha256, bool IsUnique);

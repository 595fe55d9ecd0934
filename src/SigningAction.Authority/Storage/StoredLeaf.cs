using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Storage;

/// <summary>One leaf as it is stored and served.</summary>
/// <param name="Index">Position in its log.</param>
/// <param name="Data">The bytes: an entry of an entry bundle, or a TileLeaf of a data tile.</param>
/// <param name="Key">SHA-256 of <paramref name="Data"/> in a log that gives the same leaf the same index; null in the others.</param>
public sealed record StoredLeaf(long Index, ReadOnlyMemory<byte> Data, Sha256Digest? Key);

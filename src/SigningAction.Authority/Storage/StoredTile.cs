namespace SigningAction.Authority.Storage;

/// <summary>
/// A full hash tile. Partial tiles are never stored: the right edge is derived from leaves and full tiles at start and kept in memory,
/// so a commit does not rewrite it and nobody has to trust it.
/// </summary>
/// <param name="Level">Tile level, from 0.</param>
/// <param name="Index">Number of the tile in its level.</param>
/// <param name="Hashes">256 hashes, 8,192 bytes.</param>
public sealed record StoredTile(int Level, long Index, ReadOnlyMemory<byte> Hashes);

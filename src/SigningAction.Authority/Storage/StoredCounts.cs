namespace SigningAction.Authority.Storage;

/// <summary>How much of a log is stored, seen at one moment.</summary>
/// <param name="Size">Leaves that its head claims.</param>
/// <param name="Leaves">Leaves.</param>
/// <param name="Tiles">Full tiles of all levels.</param>
/// <param name="Rows">Rows of all tables that people query.</param>
public sealed record StoredCounts(long Size, long Leaves, long Tiles, long Rows);

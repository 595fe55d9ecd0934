using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Ledger;

/// <summary>How far one log was verified.</summary>
/// <param name="Origin">Which log, by the name that it keeps for life.</param>
/// <param name="Size">Leaves.</param>
/// <param name="Root">Root of the tree of these leaves.</param>
public sealed record FsckMark(string Origin, long Size, Sha256Digest Root);

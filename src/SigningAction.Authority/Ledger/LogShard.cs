using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Ledger;

/// <summary>What is behind one host name.</summary>
/// <param name="Host">The host name, without port.</param>
/// <param name="Id">The signature log.</param>
/// <param name="Key">The key of its checkpoints, by whose id entries name their log.</param>
/// <param name="IsFrozen">Whether it takes nothing more.</param>
/// <param name="Signatures">Reads it.</param>
/// <param name="Certificates">Reads the certificate log below the same host; null where there is none.</param>
public sealed record LogShard(string Host, LogId Id, NoteKey Key, bool IsFrozen, LogReader Signatures, LogReader? Certificates);

namespace SigningAction.Authority.Ledger;

/// <summary>What a log is for. There may be several of one kind, of which the frozen ones are only read.</summary>
public enum LogKind
{
    /// <summary>Never used: a default value is no kind.</summary>
    None = 0,

    /// <summary>Signatures (Rekor v2). Several may be open.</summary>
    Signatures,

    /// <summary>Issued certificates (static-ct-api). One is open.</summary>
    Certificates,

    /// <summary>Every decision of the authority; private. One is open.</summary>
    Audit,
}

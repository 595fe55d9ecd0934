namespace SigningAction.Authority.Keys;

/// <summary>The private keys of an authority. One key has one use.</summary>
public enum AuthorityKey
{
    /// <summary>Never used: a default value is no key.</summary>
    None = 0,

    /// <summary>Signs the intermediate, once; may be taken off the machine afterwards.</summary>
    CaRoot,

    /// <summary>Signs the pipelines' certificates.</summary>
    CaIntermediate,

    /// <summary>Signs the timestamp authority's certificate, once.</summary>
    TsaRoot,

    /// <summary>Signs timestamps.</summary>
    Tsa,

    /// <summary>Signs checkpoints of the signature log.</summary>
    LogSignatures,

    /// <summary>Signs checkpoints and SCTs of the certificate log.</summary>
    LogCertificates,

    /// <summary>Signs checkpoints of the audit log.</summary>
    LogAudit,
}

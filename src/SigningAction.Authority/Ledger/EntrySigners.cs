namespace SigningAction.Authority.Ledger;

/// <summary>Whose signatures the signature log takes.</summary>
public enum EntrySigners
{
    /// <summary>Never used: a default value is no choice.</summary>
    None = 0,

    /// <summary>Those whose certificate this authority issued.</summary>
    Own,

    /// <summary>Everybody's, with any certificate or a bare public key.</summary>
    Anybody,
}

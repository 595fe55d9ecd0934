namespace SigningAction.Authority.Ledger;

/// <summary>What the logs take.</summary>
public sealed record LedgerOptions
{
    /// <summary>Whose signatures the signature log takes: <c>Own</c>, of certificates that this authority issued; or <c>Anybody</c>, of any certificate and of bare public keys (<c>cosign --key</c>). What is not taken is refused (403 <c>SIGNER_FOREIGN</c>).</summary>
    /// <remarks>A log can never be trimmed. Open to anybody it is filled by anybody, at 22 KB an entry, until the disk is full and signing stops.</remarks>
    public EntrySigners Signers { get; set; } = EntrySigners.Own;

    /// <summary>What is out of range.</summary>
    public IEnumerable<string> Faults() => Signers is EntrySigners.Own or EntrySigners.Anybody ? [] : ["ledger.signers must be Own or Anybody."];
}

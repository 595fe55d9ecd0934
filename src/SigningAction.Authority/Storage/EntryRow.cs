namespace SigningAction.Authority.Storage;

/// <summary>Which artifact an entry of the signature log is about.</summary>
/// <param name="Digest">Hash of what was signed, lowercase hexadecimal: 64, 96 or 128 digits.</param>
public sealed record EntryRow(string Digest) : LedgerRow;

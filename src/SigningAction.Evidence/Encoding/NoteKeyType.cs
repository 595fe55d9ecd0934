namespace SigningAction.Evidence.Encoding;

/// <summary>Signature type of a note key (C2SP signed-note, and static-ct-api for RFC 6962).</summary>
public enum NoteKeyType
{
    /// <summary>Never used: a default value is no type.</summary>
    None = 0,

    /// <summary>Ed25519 over the note text.</summary>
    Ed25519 = 0x01,

    /// <summary>ECDSA over the hash of the note text, DER; the key id does not depend on the name.</summary>
    Ecdsa = 0x02,

    /// <summary>A signed tree head of RFC 6962, section 3.5, with its timestamp (static-ct-api).</summary>
    Rfc6962 = 0x05,
}

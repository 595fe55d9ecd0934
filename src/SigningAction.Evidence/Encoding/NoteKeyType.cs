using System.Diagnostics.CodeAnalysis;

namespace SigningAction.Evidence.Encoding;

/// <summary>Signature type of a note key (C2SP signed-note, and static-ct-api for RFC 6962).</summary>
[SuppressMessage("Design", "CA1027:Mark enums with FlagsAttribute", Justification = "Numbers of a registry, not bits.")]
public enum NoteKeyType
{
    /// <summary>Never used: a default value is no type.</summary>
    None = 0,

    /// <summary>Ed25519 over the note text.</summary>
    Ed25519 = 0x01,

    /// <summary>ECDSA over the hash of the note text, DER; the key id does not depend on the name.</summary>
    Ecdsa = 0x02,

    /// <summary>A witness's Ed25519 cosignature with its time (C2SP tlog-cosignature).</summary>
    CosignatureEd25519 = 0x04,

    /// <summary>A signed tree head of RFC 6962, section 3.5, with its timestamp (static-ct-api).</summary>
    Rfc6962 = 0x05,

    /// <summary>A witness's ML-DSA-44 cosignature with its time (C2SP tlog-cosignature).</summary>
    CosignatureMlDsa44 = 0x06,
}

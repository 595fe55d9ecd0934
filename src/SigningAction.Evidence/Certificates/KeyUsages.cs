using System.Diagnostics.CodeAnalysis;

namespace SigningAction.Evidence.Certificates;

/// <summary>Bits of the key usage extension in the order of RFC 5280, section 4.2.1.3.</summary>
[Flags]
[SuppressMessage("Usage", "CA2217:Do not mark enums with FlagsAttribute", Justification = "A named bit list of nine bits.")]
public enum KeyUsages
{
    /// <summary>The extension is absent.</summary>
    None = 0,

    /// <summary>Signatures other than on certificates and revocation lists.</summary>
    DigitalSignature = 1 << 0,

    /// <summary>Content commitment (non-repudiation).</summary>
    ContentCommitment = 1 << 1,

    /// <summary>Enciphering keys.</summary>
    KeyEncipherment = 1 << 2,

    /// <summary>Enciphering data.</summary>
    DataEncipherment = 1 << 3,

    /// <summary>Key agreement.</summary>
    KeyAgreement = 1 << 4,

    /// <summary>Signing certificates.</summary>
    KeyCertSign = 1 << 5,

    /// <summary>Signing revocation lists.</summary>
    CrlSign = 1 << 6,

    /// <summary>Enciphering only, in key agreement.</summary>
    EncipherOnly = 1 << 7,

    /// <summary>Deciphering only, in key agreement.</summary>
    DecipherOnly = 1 << 8,
}

namespace SigningAction.Evidence.Certificates;

/// <summary>Signature algorithm that follows from a public key (Sigstore algorithm registry).</summary>
public enum KeyAlgorithm
{
    /// <summary>Never used: a default value is no algorithm.</summary>
    None = 0,

    /// <summary>ECDSA on P-256 with SHA-256, signature in DER.</summary>
    EcdsaP256,

    /// <summary>ECDSA on P-384 with SHA-384, signature in DER.</summary>
    EcdsaP384,

    /// <summary>ECDSA on P-521 with SHA-512, signature in DER.</summary>
    EcdsaP521,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256; 2048, 3072 or 4096 bits.</summary>
    RsaPkcs1,

    /// <summary>Ed25519 (RFC 8032): pure over bytes, Ed25519ph over a digest.</summary>
    Ed25519,

    /// <summary>RSASSA-PSS with SHA-256 and a salt of 32 bytes, only where it is stated beside the key; 2048, 3072 or 4096 bits.</summary>
    RsaPss,
}

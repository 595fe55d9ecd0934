namespace SigningAction.Authority.Exchange;

/// <summary>Why a key or its proof of possession is refused: a closed set.</summary>
public enum PossessionRefusal
{
    /// <summary>Never used: a default value is not a reason.</summary>
    None = 0,

    /// <summary>The public key is no PEM or DER SubjectPublicKeyInfo.</summary>
    KeyMalformed,

    /// <summary>The key is of a kind, curve or size that is not accepted, or it is known to be weak or published with its private half.</summary>
    KeyInsecure,

    /// <summary>The certificate request is no PEM of a DER PKCS#10 request.</summary>
    RequestMalformed,

    /// <summary>The certificate request is signed with another algorithm than the one that goes with its key.</summary>
    AlgorithmNotAllowed,

    /// <summary>No signature was sent, or it does not verify: the caller does not have the private key.</summary>
    ProofInvalid,
}

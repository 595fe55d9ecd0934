namespace SigningAction.Authority.Exchange;

/// <summary>Sentence and remedy of each <see cref="PossessionRefusal"/>.</summary>
public static class PossessionRefusals
{
    private const string NewKey = "Make a fresh ECDSA P-256 key for each signing.";

    /// <summary>The stable text of a refusal, for example <c>PROOF_INVALID</c>.</summary>
    public static string Text(PossessionRefusal refusal) => refusal switch
    {
        PossessionRefusal.KeyMalformed => "KEY_MALFORMED",
        PossessionRefusal.KeyInsecure => "KEY_INSECURE",
        PossessionRefusal.RequestMalformed => "REQUEST_MALFORMED",
        PossessionRefusal.AlgorithmNotAllowed => "ALGORITHM_NOT_ALLOWED",
        PossessionRefusal.ProofInvalid => "PROOF_INVALID",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a reason."),
    };

    /// <summary>The sentence that Fulcio answers in this case, which its clients know.</summary>
    public static string Sentence(PossessionRefusal refusal) => refusal switch
    {
        PossessionRefusal.KeyMalformed => "The public key supplied in the request could not be parsed",
        PossessionRefusal.KeyInsecure => "The public key supplied in the request is insecure",
        PossessionRefusal.RequestMalformed => "The certificate signing request could not be parsed",
        PossessionRefusal.AlgorithmNotAllowed => "The certificate signing request is signed with an algorithm that is not permitted",
        PossessionRefusal.ProofInvalid => "The signature supplied in the request could not be verified",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a reason."),
    };

    /// <summary>What the caller can do about it, one sentence.</summary>
    public static string Remedy(PossessionRefusal refusal) => refusal switch
    {
        PossessionRefusal.KeyMalformed => "Send the public key as PEM, with the label PUBLIC KEY.",
        PossessionRefusal.KeyInsecure => NewKey,
        PossessionRefusal.RequestMalformed => "Send the request as PEM, with the label CERTIFICATE REQUEST, and that in base64.",
        PossessionRefusal.AlgorithmNotAllowed => "Sign the request with SHA-256 for P-256 and RSA, SHA-384 for P-384, SHA-512 for P-521.",
        PossessionRefusal.ProofInvalid => "Sign the token's sub (or its email, where email_verified is true), in UTF-8, with the private key whose public half is sent.",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a reason."),
    };
}

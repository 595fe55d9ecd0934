using SigningAction.Authority.Wire;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Ledger;

/// <summary>The <c>Verifier</c> of an entry request: a certificate or a public key, and what kind of key it says it is.</summary>
internal sealed class EntryVerifier
{
    private readonly byte[] _material;
    private readonly bool _isCertificate;

    private EntryVerifier(byte[] material, bool isCertificate, VerificationKey key) => (_material, _isCertificate, Key) = (material, isCertificate, key);

    /// <summary>The key that must have signed.</summary>
    public VerificationKey Key { get; }

    /// <param name="json">The verifier.</param>
    /// <exception cref="RequestRefusedException">Not exactly one of the two, or not of the stated kind.</exception>
    /// <exception cref="EvidenceException">Certificate or key is not accepted.</exception>
    public static EntryVerifier Read(ProtoObject json)
    {
        var certificate = json.Child("x509Certificate");
        var publicKey = json.Child("publicKey");
        var details = json.Text("keyDetails");
        json.RefuseOthers();
        if ((certificate is null) == (publicKey is null))
        {
            throw Refused("REQUEST_MALFORMED", "A verifier has exactly one of x509Certificate and publicKey.");
        }

        var given = certificate ?? publicKey!;
        var material = given.Bytes("rawBytes");
        given.RefuseOthers();
        var key = certificate is null ? VerificationKey.Parse(material) : Certificate.Parse(material).Key;

        // Pure Ed25519 signs no digest, and a digest is all that the log holds (rekor-tiles dropped it on 2026-08-20).
        if (key.Algorithm == KeyAlgorithm.Ed25519)
        {
            throw Refused(FailureCodes.Text(FailureCode.KeyUnsupported), "A pure Ed25519 signature cannot be verified by a digest, so the log does not take it.");
        }

        return details == key.Details
            ? new EntryVerifier(material, certificate is not null, key)
            : throw Refused("KEY_DETAILS_MISMATCH", $"keyDetails is '{PrintableText.Exact(details)}'; the key given is {key.Details}.");
    }

    /// <summary>The entry, when the signature over the digest verifies.</summary>
    /// <exception cref="RequestRefusedException">It does not.</exception>
    public HashedRekordEntry Entry(byte[] digest, byte[] signature) => Key.VerifyDigest(digest, signature)
        ? new HashedRekordEntry(digest, signature, _material, _isCertificate, Key.Details)
        : throw Refused(FailureCodes.Text(FailureCode.SignatureInvalid), "The signature does not verify over the digest with the key given, or the digest is not of the key's hash.");

    private static RequestRefusedException Refused(string code, string fault) => new(StatusCodes.Status400BadRequest, code, fault);
}

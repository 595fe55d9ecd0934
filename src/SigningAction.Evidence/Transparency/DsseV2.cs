namespace SigningAction.Evidence.Transparency;

/// <summary><c>dsse 0.0.2</c>, which Rekor v2 wrote until June 2026: the hash of an envelope's payload and each signature with its verifier.</summary>
internal static class DsseV2
{
    public const string Version = "0.0.2";

    /// <exception cref="Verification.EvidenceException"><see cref="Verification.FailureCode.LogEntryMalformed"/>.</exception>
    public static LoggedSignature Read(ReadOnlyMemory<byte> body)
    {
        var record = EntryBodies.Read(body, EntryBodyJsonContext.Default.DsseV2, DsseV1.Kind, Version).DsseV002 ?? throw EntryBodies.Malformed("it has no dsseV002");
        if (record.PayloadHash is not { Algorithm: "SHA2_256", Digest.Length: 32 } hash)
        {
            throw EntryBodies.Malformed("its payload hash is no SHA-256");
        }

        var signature = EntryBodies.TheOnly(record.Signatures);
        var verifier = signature.Verifier ?? throw EntryBodies.Malformed("it has no verifier");
        return verifier.X509Certificate is null == verifier.PublicKey is null || string.IsNullOrEmpty(verifier.KeyDetails)
            ? throw EntryBodies.Malformed("its verifier is not exactly one of certificate and public key")
            : new LoggedSignature
            {
                DigestName = "sha256",
                Digest = hash.Digest,
                IsOfPayload = true,
                Signature = EntryBodies.Required(signature.Content, "signature"),
                Verifier = EntryBodies.Required((verifier.X509Certificate ?? verifier.PublicKey)!.RawBytes, "verifier"),
                IsCertificate = verifier.X509Certificate is not null,
            };
    }
}

namespace SigningAction.Evidence.Transparency;

/// <summary><c>hashedrekord 0.0.1</c> of Rekor v1: a digest, a signature over it, the verifier as PEM.</summary>
internal static class HashedRekordV1
{
    public const string Version = "0.0.1";

    /// <exception cref="Verification.EvidenceException"><see cref="Verification.FailureCode.LogEntryMalformed"/>.</exception>
    public static LoggedSignature Read(ReadOnlyMemory<byte> body)
    {
        var spec = EntryBodies.Read(body, EntryBodyJsonContext.Default.HashedRekordV1, HashedRekordEntry.Kind, Version);
        var (der, isCertificate) = LoggedSignature.ReadPem(spec.Signature?.PublicKey?.Content);
        return new LoggedSignature
        {
            DigestName = spec.Data?.Hash?.Algorithm ?? string.Empty,
            Digest = LoggedSignature.ReadHash(spec.Data?.Hash),
            Signature = EntryBodies.Required(spec.Signature?.Content, "signature"),
            Verifier = der,
            IsCertificate = isCertificate,
        };
    }
}

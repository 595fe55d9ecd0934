namespace SigningAction.Evidence.Transparency;

/// <summary>
/// <c>dsse 0.0.1</c> of Rekor v1: the hash of an envelope's payload and each signature with its verifier. The envelope's own hash is over JSON text that nobody
/// kept, so it cannot be compared; what it covers is compared piece by piece.
/// </summary>
internal static class DsseV1
{
    public const string Kind = "dsse";
    public const string Version = "0.0.1";

    /// <exception cref="Verification.EvidenceException"><see cref="Verification.FailureCode.LogEntryMalformed"/>.</exception>
    public static LoggedSignature Read(ReadOnlyMemory<byte> body)
    {
        var spec = EntryBodies.Read(body, EntryBodyJsonContext.Default.DsseV1, Kind, Version);
        _ = LoggedSignature.ReadHash(spec.EnvelopeHash);
        var signature = EntryBodies.TheOnly(spec.Signatures);
        var (der, isCertificate) = LoggedSignature.ReadPem(signature.Verifier);
        return new LoggedSignature
        {
            DigestName = spec.PayloadHash?.Algorithm ?? string.Empty,
            Digest = LoggedSignature.ReadHash(spec.PayloadHash),
            IsOfPayload = true,
            Signature = EntryBodies.Required(signature.Signature, "signature"),
            Verifier = der,
            IsCertificate = isCertificate,
        };
    }
}

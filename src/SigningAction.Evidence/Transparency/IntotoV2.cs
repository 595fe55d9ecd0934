using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Transparency;

/// <summary>
/// <c>intoto 0.0.2</c> of Rekor v1, which early attestations have. Its signature is base64 of the base64 in the envelope, and so is its payload where the log kept it.
/// (0.0.1 holds no signature, so it cannot be bound to a bundle, and is refused.)
/// </summary>
internal static class IntotoV2
{
    public const string Kind = "intoto";
    public const string Version = "0.0.2";

    /// <exception cref="Verification.EvidenceException"><see cref="Verification.FailureCode.LogEntryMalformed"/>.</exception>
    public static LoggedSignature Read(ReadOnlyMemory<byte> body)
    {
        var content = EntryBodies.Read(body, EntryBodyJsonContext.Default.IntotoV2, Kind, Version).Content ?? throw EntryBodies.Malformed("it has no content");
        var envelope = content.Envelope ?? throw EntryBodies.Malformed("it has no envelope");
        if (content.Hash is not null)
        {
            _ = LoggedSignature.ReadHash(content.Hash);
        }

        var signature = EntryBodies.TheOnly(envelope.Signatures);
        var (der, isCertificate) = LoggedSignature.ReadPem(signature.PublicKey);
        return new LoggedSignature
        {
            DigestName = content.PayloadHash?.Algorithm ?? string.Empty,
            Digest = LoggedSignature.ReadHash(content.PayloadHash),
            IsOfPayload = true,
            PayloadType = envelope.PayloadType ?? throw EntryBodies.Malformed("it has no payload type"),
            Payload = envelope.Payload is { Length: > 0 } payload ? DecodeAgain(payload, "payload") : default(ReadOnlyMemory<byte>?),
            Signature = DecodeAgain(EntryBodies.Required(signature.Sig, "signature"), "signature"),
            Verifier = der,
            IsCertificate = isCertificate,
        };
    }

    private static byte[] DecodeAgain(byte[] inner, string what) =>
        StrictBase64.TryDecode(inner, out var bytes) ? bytes : throw EntryBodies.Malformed($"its {what} is not base64 of base64");
}

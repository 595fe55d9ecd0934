using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Bundles;

/// <summary>JSON to <see cref="Bundle"/>: what each version requires and forbids (sigstore_bundle.proto, client specification section 4).</summary>
internal static class BundleReader
{
    public static Bundle Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Limits.BundleBytes)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"The bundle has {utf8.Length} bytes, {Limits.BundleBytes} is the most.");
        }

        try
        {
            JsonTokens.Require(utf8, Limits.BundleTokens, "bundle");
            return FromJson(JsonSerializer.Deserialize(utf8, BundleJsonContext.Default.BundleJson) ?? throw Malformed("it is null"));
        }
        catch (JsonException e)
        {
            // Only the place is repeated: what stands there is the attacker's text.
            var place = e.LineNumber is null ? string.Empty : $" (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})";
            throw new EvidenceException(FailureCode.BundleMalformed, $"The bundle is not valid JSON of its form{place}{JsonFault.Hint(utf8, e)}.", e);
        }
        catch (InvalidOperationException e)
        {
            throw new EvidenceException(FailureCode.BundleMalformed, "The bundle has text that is not Unicode.", e);
        }
    }

    public static DsseEnvelope Envelope(EnvelopeJson json)
    {
        if (json.Signatures is not { Count: 1 })
        {
            throw new EvidenceException(FailureCode.SignatureCount, $"The envelope has {json.Signatures?.Count ?? 0} signatures; exactly one is accepted.");
        }

        var payload = Required(json.Payload, "the envelope's payload");
        if (payload.Length > Limits.PayloadBytes)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"The payload has {payload.Length} bytes, {Limits.PayloadBytes} is the most.");
        }

        var signature = json.Signatures[0] ?? throw Malformed("its signature is null");
        return new DsseEnvelope(
            json.PayloadType ?? throw Malformed("the envelope has no payload type"),
            payload,
            Signature(signature.Sig),
            signature.Keyid ?? string.Empty);
    }

    public static LogEntry LogEntry(LogEntryJson json, bool proofRequired)
    {
        if (json.LogIndex < 0)
        {
            throw Malformed("a log index is negative");
        }

        if (proofRequired && json.InclusionProof is null)
        {
            throw new EvidenceException(FailureCode.InclusionProof, "A log entry comes without an inclusion proof.");
        }

        // v0.1, in which a proof may be missing: the promise stands for it.
        if (!proofRequired && json.InclusionPromise?.SignedEntryTimestamp is not { Length: > 0 })
        {
            throw new EvidenceException(FailureCode.InclusionPromise, "A log entry of a v0.1 bundle comes without an inclusion promise.");
        }

        return new LogEntry
        {
            LogIndex = json.LogIndex,
            LogId = Required(json.LogId?.KeyId, "a log entry's log id"),
            Kind = json.KindVersion?.Kind ?? throw Malformed("a log entry has no kind"),
            Version = json.KindVersion.Version ?? throw Malformed("a log entry has no version"),
            IntegratedTime = json.IntegratedTime,
            InclusionPromise = json.InclusionPromise?.SignedEntryTimestamp,
            InclusionProof = json.InclusionProof is null ? null : Proof(json.InclusionProof, proofRequired),
            CanonicalizedBody = json.CanonicalizedBody,
        };
    }

    private static Bundle FromJson(BundleJson json)
    {
        var version = json.MediaType switch
        {
            "application/vnd.dev.sigstore.bundle+json;version=0.1" => BundleVersion.V01,
            "application/vnd.dev.sigstore.bundle+json;version=0.2" => BundleVersion.V02,
            "application/vnd.dev.sigstore.bundle+json;version=0.3" or Bundle.MediaType => BundleVersion.V03,
            null => throw Malformed("it has no media type"),
            _ => throw new EvidenceException(FailureCode.BundleVersion, "The bundle's media type is not one of v0.1, v0.2 and v0.3."),
        };
        var material = json.VerificationMaterial ?? throw Malformed("it has no verification material");
        if (json.MessageSignature is null == json.DsseEnvelope is null)
        {
            throw Malformed("it must hold either a message signature or a DSSE envelope");
        }

        var entries = Capped(material.TlogEntries, Limits.LogEntries, "log entries");
        var timestamps = Capped(material.TimestampVerificationData?.Rfc3161Timestamps, Limits.Timestamps, "timestamps");
        return new Bundle(
            version,
            Signer(version, material),
            [.. entries.Select(entry => LogEntry(entry, proofRequired: version != BundleVersion.V01))],
            [.. timestamps.Select(timestamp => new ReadOnlyMemory<byte>(Required(timestamp.SignedTimestamp, "a timestamp")))],
            json.MessageSignature is null ? null : Message(json.MessageSignature),
            json.DsseEnvelope is null ? null : Envelope(json.DsseEnvelope));
    }

    private static SignerMaterial Signer(BundleVersion version, VerificationMaterialJson material)
    {
        object?[] given = [material.PublicKey, material.Certificate, material.X509CertificateChain];
        if (given.Count(item => item is not null) != 1)
        {
            throw Malformed("it must hold exactly one of certificate, certificate chain and public key hint");
        }

        if (material.PublicKey is not null)
        {
            return new SignerMaterial(default, [], material.PublicKey.Hint ?? string.Empty);
        }

        if (material.Certificate is not null)
        {
            return version == BundleVersion.V03
                ? new SignerMaterial(Required(material.Certificate.RawBytes, "the certificate"), [], null)
                : throw Malformed("a single certificate belongs into v0.3 only");
        }

        // A chain in v0.3 was forbidden because verifiers took anchors from it.
        var chain = Capped(material.X509CertificateChain!.Certificates, Limits.ChainCertificates, "certificates");
        return version == BundleVersion.V03
            ? throw Malformed("v0.3 must not hold a certificate chain")
            : chain.Count == 0
                ? throw Malformed("its certificate chain is empty")
                : new SignerMaterial(
                    Required(chain[0].RawBytes, "the certificate"),
                    [.. chain.Skip(1).Select(c => new ReadOnlyMemory<byte>(Required(c.RawBytes, "a certificate")))],
                    null);
    }

    private static MessageSignature Message(MessageSignatureJson json) =>
        new(json.MessageDigest?.Algorithm, json.MessageDigest?.Digest, Signature(json.Signature));

    private static InclusionProof Proof(InclusionProofJson json, bool checkpointRequired)
    {
        var hashes = Capped(json.Hashes, Limits.ProofHashes, "hashes in a proof");
        var checkpoint = json.Checkpoint?.Envelope;
        if (string.IsNullOrEmpty(checkpoint) && checkpointRequired)
        {
            throw new EvidenceException(FailureCode.CheckpointMalformed, "An inclusion proof comes without a checkpoint.");
        }

        return new InclusionProof(json.LogIndex, json.TreeSize, Hash(json.RootHash), [.. hashes.Select(Hash)], checkpoint ?? string.Empty);
    }

    private static Sha256Digest Hash(byte[]? bytes) => bytes is { Length: Sha256Digest.Size }
        ? Sha256Digest.From(bytes)
        : throw new EvidenceException(FailureCode.InclusionProof, $"A hash of an inclusion proof has {bytes?.Length ?? 0} bytes instead of {Sha256Digest.Size}.");

    private static byte[] Signature(byte[]? bytes) => Required(bytes, "the signature").Length <= Limits.SignatureBytes
        ? bytes!
        : throw new EvidenceException(FailureCode.TooLarge, $"The signature has {bytes!.Length} bytes, {Limits.SignatureBytes} is the most.");

    private static byte[] Required(byte[]? bytes, string what) => bytes is { Length: > 0 } ? bytes : throw Malformed($"{what} is missing");

    private static IReadOnlyList<T> Capped<T>(IReadOnlyList<T>? list, int most, string what)
        where T : class
    {
        if (list is null)
        {
            return [];
        }

        if (list.Count > most)
        {
            throw new EvidenceException(FailureCode.TooMany, $"The bundle has {list.Count} {what}, {most} is the most.");
        }

        return list.Any(item => item is null) ? throw Malformed($"one of its {what} is null") : list;
    }

    private static EvidenceException Malformed(string why) => new(FailureCode.BundleMalformed, $"The bundle is malformed: {why}.");
}

using System.Globalization;
using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Bundles;

/// <summary>A DSSE 1.0.2 envelope with its one signature.</summary>
/// <param name="PayloadType">Media type of the payload.</param>
/// <param name="Payload">The payload, decoded: the bytes that were signed and the only ones to parse.</param>
/// <param name="Signature">The signature over <see cref="PreAuthenticationEncoding()"/>.</param>
/// <param name="KeyId">Unauthenticated hint; empty for certificates.</param>
public sealed record DsseEnvelope(string PayloadType, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Signature, string KeyId = "")
{
    /// <summary>Payload type of every in-toto statement.</summary>
    public const string InTotoPayloadType = "application/vnd.in-toto+json";

    /// <summary>Reads an envelope alone, as <c>dsseRequestV002</c> carries it.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.BundleMalformed"/>, <see cref="FailureCode.TooMany"/> or <see cref="FailureCode.SignatureCount"/>.</exception>
    public static DsseEnvelope Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            JsonTokens.Require(utf8, Limits.BundleTokens, "DSSE envelope");
            return BundleReader.Envelope(JsonSerializer.Deserialize(utf8, BundleJsonContext.Default.EnvelopeJson)
                ?? throw new EvidenceException(FailureCode.BundleMalformed, "The envelope is null."));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new EvidenceException(FailureCode.BundleMalformed, "The DSSE envelope is not valid JSON of its form.", e);
        }
    }

    /// <summary>What is signed (DSSE protocol): <c>"DSSEv1" SP LEN(type) SP type SP LEN(body) SP body</c>.</summary>
    public byte[] PreAuthenticationEncoding() => PreAuthenticationEncoding(PayloadType, Payload.Span);

    /// <inheritdoc cref="PreAuthenticationEncoding()"/>
    public static byte[] PreAuthenticationEncoding(string payloadType, ReadOnlySpan<byte> payload)
    {
        var typeBytes = System.Text.Encoding.UTF8.GetByteCount(payloadType);
        var head = System.Text.Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"DSSEv1 {typeBytes} {payloadType} {payload.Length} "));
        return [.. head, .. payload];
    }
}

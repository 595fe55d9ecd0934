using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Inspection;

/// <summary>An RFC 3161 timestamp: what it says and which certificates came along.</summary>
internal static class TimestampDescription
{
    /// <exception cref="EvidenceException">It does not parse; nothing was written.</exception>
    public static void Write(Utf8JsonWriter json, ReadOnlyMemory<byte> response)
    {
        var token = TimestampToken.Parse(response);
        json.WriteStartObject();
        json.WriteString("time", token.ClaimedTime);
        json.WriteString("hash", token.Hash.Name);
        json.WriteString("digest", Convert.ToHexStringLower(token.Digest.Span));
        json.WriteString("policy", token.Policy);
        json.WriteString("serial", Convert.ToHexStringLower(token.Serial.Span));
        json.WriteString("nonce", Convert.ToHexStringLower(token.Nonce.Span));
        json.WriteStartArray("certificates");
        foreach (var certificate in token.Certificates)
        {
            Certificate(json, certificate);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Certificate(Utf8JsonWriter json, ReadOnlyMemory<byte> der)
    {
        try
        {
            CertificateDescription.Write(json, der);
        }
        catch (EvidenceException e)
        {
            json.WriteStartObject();
            json.WriteString("error", e.Failure.Fault);
            json.WriteString("sha256", Sha256Digest.Of(der.Span).ToString());
            json.WriteEndObject();
        }
    }
}

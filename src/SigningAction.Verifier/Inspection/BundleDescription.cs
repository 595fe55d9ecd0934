using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Output;

namespace SigningAction.Verifier.Inspection;

/// <summary>
/// Everything that a bundle says, as JSON, and nothing about whether it is true. A part that does not parse is described by its error, and the rest is
/// still told: who looks at a broken bundle wants to see the whole of it.
/// </summary>
internal sealed class BundleDescription
{
    private readonly Utf8JsonWriter _json;
    private int _unreadable;

    private BundleDescription(Utf8JsonWriter json) => _json = json;

    /// <summary>The description, UTF-8 on one line, and how many parts could not be read.</summary>
    public static (byte[] Json, int Unreadable) Of(Bundle bundle)
    {
        var unreadable = 0;
        var json = SafeJson.Write(writer =>
        {
            var description = new BundleDescription(writer);
            description.Write(bundle);
            unreadable = description._unreadable;
        });
        return (json, unreadable);
    }

    private void Write(Bundle bundle)
    {
        _json.WriteStartObject();
        _json.WriteNumber("version", 1);
        _json.WriteBoolean("verified", false);
        _json.WriteStartObject("unverified");
        _json.WriteString("bundleVersion", bundle.Version switch { BundleVersion.V01 => "0.1", BundleVersion.V02 => "0.2", _ => "0.3" });
        Signer(bundle.Signer);
        List("logEntries", bundle.LogEntries, entry => LogEntryDescription.Write(_json, entry));
        List("timestamps", bundle.Timestamps, timestamp => TimestampDescription.Write(_json, timestamp));
        if (bundle.MessageSignature is { } message)
        {
            _json.WriteStartObject("messageSignature");
            _json.WriteString("digestAlgorithm", message.DigestAlgorithm ?? string.Empty);
            _json.WriteString("digest", Convert.ToHexStringLower(message.Digest.Span));
            _json.WriteString("signature", StrictBase64.Encode(message.Signature.Span));
            _json.WriteEndObject();
        }

        if (bundle.Envelope is { } envelope)
        {
            Envelope(envelope);
        }

        _json.WriteEndObject();
        _json.WriteEndObject();
    }

    private void Signer(SignerMaterial signer)
    {
        if (signer.KeyHint is { } hint)
        {
            _json.WriteString("publicKeyHint", hint);
            return;
        }

        _json.WritePropertyName("certificate");
        Part(() => CertificateDescription.Write(_json, signer.Certificate));
        List("intermediates", signer.Intermediates, certificate => CertificateDescription.Write(_json, certificate));
    }

    private void Envelope(DsseEnvelope envelope)
    {
        _json.WriteStartObject("envelope");
        _json.WriteString("payloadType", envelope.PayloadType);
        _json.WriteNumber("payloadBytes", envelope.Payload.Length);
        _json.WriteString("payloadSha256", Sha256Digest.Of(envelope.Payload.Span).ToString());
        _json.WriteString("keyId", envelope.KeyId);
        _json.WriteString("signature", StrictBase64.Encode(envelope.Signature.Span));
        if (envelope.PayloadType == DsseEnvelope.InTotoPayloadType)
        {
            _json.WritePropertyName("statement");
            Part(() => StatementDescription.Write(_json, envelope.Payload));
        }

        _json.WriteEndObject();
    }

    private void List<T>(string name, IReadOnlyList<T> items, Action<T> write)
    {
        _json.WriteStartArray(name);
        foreach (var item in items)
        {
            Part(() => write(item));
        }

        _json.WriteEndArray();
    }

    /// <summary>Each part is parsed before its first member is written: an error stands in its place, never in its middle.</summary>
    private void Part(Action write)
    {
        try
        {
            write();
        }
        catch (EvidenceException e)
        {
            _unreadable++;
            _json.WriteStartObject();
            _json.WriteString("error", FailureCodes.Text(e.Code));
            _json.WriteString("fault", e.Failure.Fault);
            _json.WriteEndObject();
        }
    }
}

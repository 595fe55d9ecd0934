using System.Globalization;
using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Output;

namespace SigningAction.Verifier.Inspection;

/// <summary>A log entry with its proof, its checkpoint and the leaf itself.</summary>
internal static class LogEntryDescription
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = Limits.JsonDepth };

    public static void Write(Utf8JsonWriter json, LogEntry entry)
    {
        json.WriteStartObject();
        json.WriteNumber("logIndex", entry.LogIndex);
        json.WriteString("logId", Convert.ToHexStringLower(entry.LogId.Span));
        json.WriteString("kind", entry.Kind);
        json.WriteString("kindVersion", entry.Version);
        if (entry.IntegratedTime != 0)
        {
            json.WriteNumber("integratedTime", entry.IntegratedTime);
        }

        if (!entry.InclusionPromise.IsEmpty)
        {
            json.WriteString("signedEntryTimestamp", StrictBase64.Encode(entry.InclusionPromise.Span));
        }

        if (entry.InclusionProof is { } proof)
        {
            Proof(json, proof);
        }

        Body(json, entry.CanonicalizedBody);
        json.WriteEndObject();
    }

    private static void Proof(Utf8JsonWriter json, InclusionProof proof)
    {
        json.WriteStartObject("inclusionProof");
        json.WriteNumber("logIndex", proof.LogIndex);
        json.WriteNumber("treeSize", proof.TreeSize);
        json.WriteString("rootHash", proof.RootHash.ToString());
        json.WriteStartArray("hashes");
        foreach (var hash in proof.Hashes)
        {
            json.WriteStringValue(hash.ToString());
        }

        json.WriteEndArray();
        json.WriteStartObject("checkpoint");
        try
        {
            var note = SignedNote.Parse(proof.Checkpoint);
            var checkpoint = Checkpoint.ParseText(note.Text);
            json.WriteString("origin", checkpoint.Origin);
            json.WriteNumber("size", checkpoint.Size);
            json.WriteString("root", checkpoint.Root.ToString());
            json.WriteStartArray("extensions");
            foreach (var line in checkpoint.Extensions)
            {
                json.WriteStringValue(line);
            }

            json.WriteEndArray();
            json.WriteStartArray("signatures");
            foreach (var signature in note.Signatures)
            {
                json.WriteStartObject();
                json.WriteString("name", signature.Name);
                json.WriteString("keyHint", signature.Hint.ToString("x8", CultureInfo.InvariantCulture));
                json.WriteString("signature", StrictBase64.Encode(signature.Bytes.Span));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
        catch (EvidenceException e)
        {
            json.WriteString("error", e.Failure.Fault);
            json.WriteString("text", proof.Checkpoint);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The leaf as JSON where it is JSON; as base64 otherwise. Copied first: half a character in it is found only while it is written.</summary>
    private static void Body(Utf8JsonWriter json, ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var copy = SafeJson.Write(document.RootElement.WriteTo);
            json.WritePropertyName("body");
            json.WriteRawValue(copy, skipInputValidation: true);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            json.WriteString("bodyBase64", StrictBase64.Encode(body.Span));
        }
    }
}

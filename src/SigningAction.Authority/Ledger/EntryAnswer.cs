using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// The answer of Rekor v2, a <c>TransparencyLogEntry</c> with every field as protojson writes it: 64-bit numbers are text, a time that means nothing is
/// <c>"0"</c>, and the promise, which v2 does not make, is null.
/// </summary>
internal static class EntryAnswer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(NoteKey log, ReadOnlySpan<byte> leaf, LogProof proof)
    {
        var buffer = new ArrayBufferWriter<byte>(leaf.Length * 2);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        WriteNumber(json, "logIndex", proof.Index);
        json.WriteStartObject("logId");
        json.WriteBase64String("keyId", log.FullId.Span);
        json.WriteEndObject();
        json.WriteStartObject("kindVersion");
        json.WriteString("kind", HashedRekordEntry.Kind);
        json.WriteString("version", HashedRekordEntry.Version);
        json.WriteEndObject();
        WriteNumber(json, "integratedTime", 0);
        json.WriteNull("inclusionPromise");
        WriteProof(json, proof);
        json.WriteBase64String("canonicalizedBody", leaf);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteProof(Utf8JsonWriter json, LogProof proof)
    {
        json.WriteStartObject("inclusionProof");
        WriteNumber(json, "logIndex", proof.Index);
        json.WriteBase64String("rootHash", proof.Root.Span);
        WriteNumber(json, "treeSize", proof.Size);
        json.WriteStartArray("hashes");
        foreach (var hash in proof.Hashes)
        {
            json.WriteBase64StringValue(hash.Span);
        }

        json.WriteEndArray();
        json.WriteStartObject("checkpoint");
        json.WriteString("envelope", proof.Checkpoint);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long value) =>
        json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
}

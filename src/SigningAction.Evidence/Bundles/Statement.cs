using System.Runtime.InteropServices;
using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Bundles;

/// <summary>An in-toto statement (v1, and v0.1 of old attestations): these subjects, this predicate. Unknown members are ignored, as the specification asks.</summary>
/// <param name="Subjects">What it is about; at least one.</param>
/// <param name="PredicateType">URI of the predicate's type.</param>
/// <param name="Predicate">The predicate as JSON, UTF-8; what the workflow claims, not what anybody proved.</param>
public sealed record Statement(IReadOnlyList<Subject> Subjects, string PredicateType, ReadOnlyMemory<byte> Predicate)
{
    /// <summary><c>_type</c> of the statements that are written.</summary>
    public const string Type = "https://in-toto.io/Statement/v1";

    private const string OldType = "https://in-toto.io/Statement/v0.1";
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = Limits.JsonDepth };

    /// <summary>Reads the payload of an envelope: the same bytes that were verified.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.StatementMalformed"/>, <see cref="FailureCode.TooMany"/> or <see cref="FailureCode.TooLarge"/>.</exception>
    public static Statement Parse(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > Limits.PayloadBytes)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"The statement has {payload.Length} bytes, {Limits.PayloadBytes} is the most.");
        }

        try
        {
            JsonTokens.Require(payload.Span, Limits.StatementTokens, "statement");
            using var json = JsonDocument.Parse(payload, Strict);
            return FromJson(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new EvidenceException(FailureCode.StatementMalformed, "The payload is not an in-toto statement.", e);
        }
    }

    /// <summary>The statement as JSON, UTF-8, one line.</summary>
    public byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("_type", Type);
            writer.WriteStartArray("subject");
            foreach (var subject in Subjects)
            {
                subject.Write(writer);
            }

            writer.WriteEndArray();
            writer.WriteString("predicateType", PredicateType);
            writer.WritePropertyName("predicate");
            writer.WriteRawValue(Predicate.Span);
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static Statement FromJson(JsonElement json)
    {
        if (json.GetProperty("_type").GetString() is not (Type or OldType))
        {
            throw new EvidenceException(FailureCode.StatementMalformed, "The payload's _type is not an in-toto statement of v1 or v0.1.");
        }

        var subjects = json.GetProperty("subject");
        var count = subjects.GetArrayLength();
        if (count == 0)
        {
            throw new EvidenceException(FailureCode.StatementMalformed, "The statement has no subject.");
        }

        if (count > Limits.Subjects)
        {
            throw new EvidenceException(FailureCode.TooMany, $"The statement has {count} subjects, {Limits.Subjects} is the most.");
        }

        var predicateType = json.GetProperty("predicateType").GetString();
        if (string.IsNullOrEmpty(predicateType))
        {
            throw new EvidenceException(FailureCode.StatementMalformed, "The statement has no predicate type.");
        }

        byte[] predicate = json.TryGetProperty("predicate", out var value) ? [.. JsonMarshal.GetRawUtf8Value(value)] : [.. "null"u8];
        return new Statement([.. subjects.EnumerateArray().Select(Subject.Read)], predicateType, predicate);
    }
}

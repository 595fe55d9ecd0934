using System.Text.Json;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Inspection;

/// <summary>An in-toto statement: what the signer claims about which subjects.</summary>
internal static class StatementDescription
{
    /// <exception cref="EvidenceException">It does not parse; nothing was written.</exception>
    public static void Write(Utf8JsonWriter json, ReadOnlyMemory<byte> payload)
    {
        var statement = Statement.Parse(payload);
        json.WriteStartObject();
        json.WriteString("predicateType", statement.PredicateType);
        json.WriteStartArray("subjects");
        foreach (var subject in statement.Subjects)
        {
            json.WriteStartObject();
            json.WriteString("name", subject.Name);
            json.WriteStartObject("digests");
            foreach (var (algorithm, digest) in subject.Digests)
            {
                json.WriteString(algorithm, digest);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("predicate");
        using var predicate = JsonDocument.Parse(statement.Predicate);
        predicate.RootElement.WriteTo(json);
        json.WriteEndObject();
    }
}

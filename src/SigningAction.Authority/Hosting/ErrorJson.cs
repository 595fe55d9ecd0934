using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SigningAction.Authority.Hosting;

/// <summary>The error form of Fulcio's gateway (<c>google.rpc.Status</c>).</summary>
internal sealed record StatusJson(int Code, string Message, IReadOnlyList<string> Details);

/// <summary>Problem details (RFC 9457) with our three members.</summary>
internal sealed record ProblemJson(string Type, string Title, int Status, string Code, string? Remedy, string CorrelationId);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StatusJson))]
[JsonSerializable(typeof(ProblemJson))]
[JsonSerializable(typeof(ReadinessJson))]
internal sealed partial class ErrorJson : JsonSerializerContext
{
    [field: AllowNull]
    public static ErrorJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

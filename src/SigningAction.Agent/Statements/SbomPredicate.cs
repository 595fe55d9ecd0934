using System.Text.Json;
using SigningAction.Agent.Pipelines;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Statements;

/// <summary>A bill of materials as predicate: the document as it is, its type found out from what it says of itself.</summary>
public static class SbomPredicate
{
    /// <summary>Predicate type of CycloneDX.</summary>
    public const string CycloneDx = "https://cyclonedx.org/bom";

    /// <summary>Predicate type of SPDX, before the version.</summary>
    public const string SpdxPrefix = "https://spdx.dev/Document/v";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = Limits.JsonDepth };

    /// <summary>Reads an SBOM of SPDX 2 or 3 (JSON) or CycloneDX (JSON).</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotRead"/> or <see cref="AgentFault.Usage"/>.</exception>
    public static AttestationPredicate Read(string file, string workingDirectory)
    {
        var bytes = InputFile.Read(file, workingDirectory, Limits.PayloadBytes);
        try
        {
            using var json = JsonDocument.Parse(JsonText.WithoutMark(bytes), Strict);
            if (json.RootElement.ValueKind == JsonValueKind.Object)
            {
                if (SpdxVersion(json.RootElement) is { } spdx)
                {
                    return new AttestationPredicate(SpdxPrefix + spdx, JsonText.WithoutMark(bytes), "spdx");
                }

                if (Text(json.RootElement, "bomFormat") == "CycloneDX" && Text(json.RootElement, "specVersion") is not null)
                {
                    return new AttestationPredicate(CycloneDx, JsonText.WithoutMark(bytes), "cyclonedx");
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A text that is no Unicode (half a surrogate pair, escaped) parses, and cannot be read.
            throw Usage(file, "is no strict JSON (SPDX tag-value and CycloneDX XML are not taken: convert them)", e);
        }

        throw Usage(file, "says neither that it is SPDX (spdxVersion and SPDXID, or an SPDX 3 @context) nor CycloneDX (bomFormat and specVersion)", null);
    }

    /// <summary>The version behind <c>SPDX-</c> of version 2; <c>3</c> for a document of the JSON-LD form, whose context names 3.</summary>
    private static string? SpdxVersion(JsonElement root)
    {
        const string Prefix = "SPDX-";
        if (Text(root, "spdxVersion") is { } version && version.StartsWith(Prefix, StringComparison.Ordinal) && Text(root, "SPDXID") is not null)
        {
            var number = version[Prefix.Length..];
            return number.Length is > 0 and <= 16 && number.All(c => char.IsAsciiDigit(c) || c == '.') ? number : null;
        }

        return root.TryGetProperty("@context", out var context) && root.TryGetProperty("@graph", out var graph) && graph.ValueKind == JsonValueKind.Array
            && (context.ValueKind == JsonValueKind.Array ? context.EnumerateArray().Any(IsSpdx3) : IsSpdx3(context))
            ? "3"
            : null;
    }

    private static bool IsSpdx3(JsonElement context) =>
        context.ValueKind == JsonValueKind.String && context.GetString()!.StartsWith("https://spdx.org/rdf/3.", StringComparison.Ordinal);

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static AgentException Usage(string file, string why, Exception? cause)
    {
        var message = $"The SBOM '{UntrustedText.OneLine(file)}' {why}.";
        return cause is null ? new AgentException(AgentFault.Usage, message) { File = file } : new AgentException(AgentFault.Usage, message, cause) { File = file, Line = JsonText.Line(cause) };
    }
}

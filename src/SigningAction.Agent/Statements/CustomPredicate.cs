using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SigningAction.Agent.Pipelines;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Statements;

/// <summary>A predicate of the workflow's own: its type, and JSON as text or file.</summary>
public static class CustomPredicate
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = Limits.JsonDepth };

    /// <summary>Reads one; exactly one of <paramref name="text"/> and <paramref name="file"/> is given.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotRead"/> or <see cref="AgentFault.Usage"/>.</exception>
    public static AttestationPredicate Read(string type, string? text, string? file, string workingDirectory)
    {
        if (!Uri.TryCreate(type, UriKind.Absolute, out _) || !UntrustedText.IsPrintable(type) || type.Any(char.IsWhiteSpace))
        {
            throw new AgentException(AgentFault.Usage, $"predicate-type '{UntrustedText.OneLine(type)}' is no absolute URI, for example https://example.com/test-result/v1.");
        }

        var what = file is null ? "The predicate" : $"The predicate '{UntrustedText.OneLine(file)}'";
        var json = file is null ? Encoding.UTF8.GetBytes(text!) : InputFile.Read(file, workingDirectory, Limits.PayloadBytes);
        if (json.Length > Limits.PayloadBytes)
        {
            throw new AgentException(AgentFault.Usage, $"predicate has {json.Length} bytes, {Limits.PayloadBytes} is the most.");
        }

        try
        {
            using var document = JsonDocument.Parse(JsonText.WithoutMark(json), Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new AgentException(AgentFault.Usage, $"{what} is no JSON object; in-toto takes nothing else.") { File = file };
            }
        }
        catch (JsonException e)
        {
            var line = JsonText.Line(e) is { } at ? string.Create(CultureInfo.InvariantCulture, $" (line {at})") : "";
            throw new AgentException(AgentFault.Usage, $"{what} is no strict JSON{line}: comments, trailing commas and duplicate members are not taken.", e) { File = file, Line = JsonText.Line(e) };
        }

        var kind = "custom-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(type)))[..8];
        return new AttestationPredicate(type, JsonText.WithoutMark(json), kind);
    }
}

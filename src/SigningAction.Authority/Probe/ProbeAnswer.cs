using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Probe;

/// <summary>One answer of the probed authority. Nothing of it is believed.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The whole body, capped.</param>
/// <param name="CorrelationId">The id under which the authority knows the request; null when it gave none.</param>
public sealed record ProbeAnswer(int Status, ReadOnlyMemory<byte> Body, string? CorrelationId)
{
    private const int LongestWord = 40;
    private const int LongestSaying = 500;

    /// <summary>
    /// The reason of a refusal, in either of the two forms: <c>code</c> of problem details, or <c>(reason CODE, …</c> at the end of a gateway's message.
    /// Null when it states none.
    /// </summary>
    public string? Reason
    {
        get
        {
            var json = Json();
            if (json?["code"] is JsonValue code && code.TryGetValue<string>(out var text))
            {
                return text;
            }

            const string Before = "(reason ";
            return json?["message"] is JsonValue said && said.TryGetValue<string>(out var message)
                && message.LastIndexOf(Before, StringComparison.Ordinal) is >= 0 and var at
                && message.IndexOf(',', at) is > 0 and var end
                ? message[(at + Before.Length)..end]
                : null;
        }
    }

    /// <summary>What it says for people, of either form, on one line: without words that are long enough to be a token or a part of one. Null when it says nothing.</summary>
    public string? Said
    {
        get
        {
            var json = Json();
            if ((json?["detail"] ?? json?["message"]) is not JsonValue value || !value.TryGetValue<string>(out var text))
            {
                return null;
            }

            var line = PrintableText.Neutralise(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => word.Length > LongestWord ? "…" : word)));
            return line.Length > LongestSaying ? line[..LongestSaying] + "…" : line;
        }
    }

    /// <summary>The body as a JSON object; null when it is none.</summary>
    public JsonObject? Json()
    {
        try
        {
            return JsonNode.Parse(Body.Span) as JsonObject;
        }
        catch (JsonException)
        {
            // An answer of somebody else, such as a proxy's page: no caller finds what it looks for.
            return null;
        }
    }

    /// <summary>This answer, when it has the status that it must have.</summary>
    /// <exception cref="ProbeException">It has not.</exception>
    public ProbeAnswer Require(int status) => Status == status
        ? this
        : throw new ProbeException(
            Status is 429 or >= 500 ? ProbeOutcome.Unreachable : ProbeOutcome.Failed,
            $"It answers {Status}{(Reason is { } reason ? $" {Printable(reason)}" : "")} and not {status}{(CorrelationId is { } id ? $" (correlation id {Printable(id)})" : "")}.{(Said is { } said ? $" It says: {said}" : "")}");

    /// <summary>Text of a stranger, on one line of a terminal.</summary>
    internal static string Printable(string text) => new([.. text.Take(100).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ' ' or ':' or '/' or ',' ? c : '?')]);
}

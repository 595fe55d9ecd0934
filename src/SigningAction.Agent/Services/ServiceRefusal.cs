using System.Text.Json;

namespace SigningAction.Agent.Services;

/// <summary>
/// What a service says about its refusal: Fulcio's and Rekor's <c>{"code","message"}</c>, or problem details (RFC 9457) with <c>remedy</c> and
/// <c>correlationId</c>. All of it is untrusted text.
/// </summary>
/// <param name="Text">Its words; to be quoted, never to be part of our own sentence.</param>
internal sealed record ServiceRefusal(string Text)
{
    /// <summary>Longest text that is shown; an error sentence with its remedy is under 600 characters.</summary>
    private const int MaximumCharacters = 2000;

    /// <summary>Reads a refusal; null where the body is neither form.</summary>
    public static ServiceRefusal? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            var error = JsonSerializer.Deserialize(body, AgentJson.Default.Error);
            var parts = new[]
            {
                error?.Message ?? error?.Detail ?? error?.Title,
                error?.Remedy,
                error?.CorrelationId is { } id ? $"(correlation id {id})" : null,
            };
            var text = string.Join(' ', parts.Where(p => !string.IsNullOrWhiteSpace(p)));
            return text.Length == 0 ? null : new ServiceRefusal(text.Length <= MaximumCharacters ? text : text[..MaximumCharacters] + " […]");
        }
        catch (JsonException)
        {
            // Not one of the two forms: there is nothing worth quoting, the status says it all.
            return null;
        }
    }

    /// <summary>Both forms at once; their members do not collide but for <c>code</c>, a number in one and text in the other, which nobody reads here.</summary>
    internal sealed record Error(string? Message, string? Title, string? Detail, string? Remedy, string? CorrelationId);
}

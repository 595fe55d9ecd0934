using System.Text.Json;
using System.Text.Unicode;

namespace SigningAction.Authority.Exchange;

/// <summary>The JSON object that an issuer answered, read once and strictly.</summary>
internal static class JsonAnswer
{
    /// <summary>Nothing that an issuer publishes is nested deeper than a list of keys with a list of operations.</summary>
    private const int Depth = 8;

    /// <exception cref="KeySetException"><see cref="KeySetFault.Malformed"/>: no JSON object, a member twice, no UTF-8.</exception>
    public static JsonElement ReadObject(byte[] utf8)
    {
        try
        {
            var value = JsonElement.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = Depth });
            return value.ValueKind == JsonValueKind.Object && Utf8.IsValid(utf8) ? value : throw new KeySetException(KeySetFault.Malformed);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new KeySetException(KeySetFault.Malformed, e);
        }
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// A token read strictly but not believed yet: JWS compact serialization (RFC 7515, section 7.1) in its one canonical form, header and
/// payload without duplicate members. Only <see cref="Issuer"/> is taken from the payload before the signature is verified, and only to be
/// looked up in the configuration.
/// </summary>
internal sealed class CompactToken
{
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    private CompactToken(string text, TokenHeader header, JsonElement payload)
    {
        Text = text;
        Digest = Sha256Digest.Of(Encoding.ASCII.GetBytes(text));
        Header = header;
        Payload = payload;
        Issuer = StringOf(payload, "iss") ?? "";
    }

    /// <summary>The token. A secret: for the signature check, never for a log.</summary>
    public string Text { get; }

    /// <summary>SHA-256 of the token's characters, which stands for it in the audit.</summary>
    public Sha256Digest Digest { get; }

    public TokenHeader Header { get; }

    /// <summary>The payload, a JSON object.</summary>
    public JsonElement Payload { get; }

    /// <summary>The <c>iss</c> that the token claims; empty when there is none or it is no string.</summary>
    public string Issuer { get; }

    /// <exception cref="TokenRefusedException">The form is wrong.</exception>
    public static CompactToken Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            throw new TokenRefusedException(TokenRefusal.Missing, "The request has no identity token.");
        }

        if (text.Length > Limits.TokenBytes)
        {
            throw new TokenRefusedException(TokenRefusal.TooLarge, $"The identity token is larger than {Limits.TokenBytes} bytes.");
        }

        // By position, not by splitting: a megabyte of dots must not become a million strings (CVE-2025-30204).
        var first = text.IndexOf('.', StringComparison.Ordinal);
        var second = first < 0 ? -1 : text.IndexOf('.', first + 1);
        if (second < 0 || text.IndexOf('.', second + 1) >= 0)
        {
            throw Malformed("The identity token does not have three parts.");
        }

        var header = ReadObject(Decode(text.AsSpan(0, first)));
        var payload = ReadObject(Decode(text.AsSpan(first + 1, second - first - 1)));
        _ = Decode(text.AsSpan(second + 1));
        return new CompactToken(text, TokenHeader.Read(header), payload);
    }

    /// <summary>A string member; null when it is absent, of another type, or no Unicode text (a lone surrogate).</summary>
    internal static string? StringOf(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? TextOf(member) : null;

    /// <summary>The text of a JSON string; null when its escapes make no Unicode text.</summary>
    internal static string? TextOf(JsonElement text)
    {
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Canonical base64url without padding (RFC 7515, section 2). The platform's decoder skips white space and takes stray bits.</summary>
    internal static bool TryDecode(ReadOnlySpan<char> part, out byte[] bytes)
    {
        bytes = [];
        if (part.IsEmpty || part.Length % 4 == 1 || part.ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        var buffer = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        if (Base64Url.DecodeFromChars(part, buffer, out _, out var written) != OperationStatus.Done)
        {
            return false;
        }

        bytes = written == buffer.Length ? buffer : buffer[..written];

        // In the alphabet and of a possible length, only the last group can have stray bits.
        var rest = bytes.Length % 3;
        return rest == 0 || part[^(rest + 1)..].SequenceEqual(Base64Url.EncodeToString(bytes.AsSpan(bytes.Length - rest)));
    }

    private static byte[] Decode(ReadOnlySpan<char> part) =>
        TryDecode(part, out var bytes) ? bytes : throw Malformed("A part of the identity token is not canonical base64url.");

    private static JsonElement ReadObject(byte[] utf8)
    {
        try
        {
            var value = JsonElement.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = Limits.JsonDepth });
            return value.ValueKind == JsonValueKind.Object && System.Text.Unicode.Utf8.IsValid(utf8)
                ? value
                : throw Malformed("Header or payload of the identity token is not a JSON object.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw IsJson(utf8)
                ? new TokenRefusedException(TokenRefusal.DuplicateMember, "The identity token has a member twice.", e)
                : new TokenRefusedException(TokenRefusal.Malformed, "Header or payload of the identity token is not JSON.", e);
        }
    }

    /// <summary>Whether nothing but duplicates can have been the trouble.</summary>
    private static bool IsJson(byte[] utf8)
    {
        try
        {
            _ = JsonElement.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = true, MaxDepth = Limits.JsonDepth });
            return System.Text.Unicode.Utf8.IsValid(utf8);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static TokenRefusedException Malformed(string fault) => new(TokenRefusal.Malformed, fault);
}

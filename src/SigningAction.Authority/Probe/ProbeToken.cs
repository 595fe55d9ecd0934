using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SigningAction.Authority.Probe;

/// <summary>An identity token that the probe was given, and broken copies of it. A secret: no part of it is ever shown.</summary>
public sealed class ProbeToken
{
    private readonly string[] _parts;

    private ProbeToken(string text, string[] parts, JsonObject header, JsonObject claims) => (Text, _parts, Header, Claims) = (text, parts, header, claims);

    /// <summary>The token.</summary>
    public string Text { get; }

    /// <summary>Its subject, over which possession is proven.</summary>
    public string Subject => Member(Claims, "sub");

    /// <summary>Its issuer.</summary>
    public string Issuer => Member(Claims, "iss");

    private JsonObject Header { get; }

    private JsonObject Claims { get; }

    /// <summary>Reads a token without verifying it: that is the authority's work.</summary>
    /// <exception cref="ProbeException">It is none.</exception>
    public static ProbeToken Parse(string text)
    {
        var parts = text.Trim().Split('.');
        try
        {
            if (parts.Length == 3
                && JsonNode.Parse(Base64Url.DecodeFromChars(parts[0])) is JsonObject header
                && JsonNode.Parse(Base64Url.DecodeFromChars(parts[1])) is JsonObject claims)
            {
                return new ProbeToken(text.Trim(), parts, header, claims);
            }
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw new ProbeException(ProbeOutcome.Unreachable, "What was given as the identity token is no JWT.", e);
        }

        throw new ProbeException(ProbeOutcome.Unreachable, "What was given as the identity token is no JWT.");
    }

    /// <summary>The same with another header member.</summary>
    public string WithHeader(string name, string value) => Join(With(Header, name, value), _parts[1], _parts[2]);

    /// <summary>The same with another claim.</summary>
    public string WithClaim(string name, string value) => Join(_parts[0], With(Claims, name, value), _parts[2]);

    /// <summary>The same with one bit of the signature turned.</summary>
    public string WithBrokenSignature()
    {
        var signature = Base64Url.DecodeFromChars(_parts[2]);
        if (signature.Length > 0)
        {
            signature[signature.Length / 2] ^= 1;
        }

        return Join(_parts[0], _parts[1], Base64Url.EncodeToString(signature));
    }

    private static string Join(string header, string claims, string signature) => $"{header}.{claims}.{signature}";

    private static string With(JsonObject json, string name, string value)
    {
        var changed = json.DeepClone().AsObject();
        changed[name] = value;
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(changed.ToJsonString()));
    }

    private static string Member(JsonObject json, string name) => json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}

using System.Buffers.Text;
using System.Text.Json;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Pipelines;

/// <summary>
/// An OIDC token as a bearer of it sees it: a secret with an expiry and the name to prove possession for. Nothing in it is verified
/// here (the authority does that), so nothing but these few claims is read, and <see cref="ToString"/> does not give it away.
/// </summary>
public sealed class IdentityToken
{
    private IdentityToken(string value, string issuer, string subject, DateTimeOffset expires)
    {
        Value = value;
        Issuer = issuer;
        Subject = subject;
        Expires = expires;
    }

    /// <summary>The compact JWT: secret.</summary>
    public string Value { get; }

    /// <summary>Claim <c>iss</c>.</summary>
    public string Issuer { get; }

    /// <summary>Claim <c>sub</c>.</summary>
    public string Subject { get; }

    /// <summary>Claim <c>email</c>; null where the token has none.</summary>
    public string? Email { get; private init; }

    /// <summary>Claim <c>repository_visibility</c> of GitHub's tokens: <c>public</c>, <c>private</c> or <c>internal</c>; null where the token has none.</summary>
    public string? RepositoryVisibility { get; private init; }

    /// <summary>Claim <c>exp</c>.</summary>
    public DateTimeOffset Expires { get; }

    /// <summary>Whether <paramref name="text"/> has the form of a compact JWS: three base64url parts. Not a judgement on it.</summary>
    public static bool LooksLikeToken(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 3 && parts.All(p => p.Length > 0 && Base64Url.IsValid(p)) && !text.Any(char.IsWhiteSpace);
    }

    /// <summary>Reads a compact JWT.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.TokenMalformed"/>; the message never holds a part of it.</exception>
    public static IdentityToken Parse(string value)
    {
        if (value.Length > Limits.TokenBytes || !LooksLikeToken(value))
        {
            throw Malformed("it is no compact JWT");
        }

        try
        {
            var payload = Base64Url.DecodeFromChars(value.Split('.')[1]);
            using var claims = JsonDocument.Parse(payload, new JsonDocumentOptions { AllowDuplicateProperties = false });
            var root = claims.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "iss") is not { } issuer || Text(root, "sub") is not { } subject)
            {
                throw Malformed("it has no iss or no sub");
            }

            if (!root.TryGetProperty("exp", out var exp) || !exp.TryGetInt64(out var seconds) || seconds is < 0 or > 253_402_300_799)
            {
                throw Malformed("it has no exp");
            }

            return new IdentityToken(value, issuer, subject, DateTimeOffset.FromUnixTimeSeconds(seconds))
            {
                Email = Text(root, "email"),
                RepositoryVisibility = Text(root, "repository_visibility"),
            };
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            // The inner exception can quote the payload, so it is dropped.
            throw Malformed("its claims are no JSON object");
        }
    }

    /// <summary>Refuses a token that has expired.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.TokenExpired"/>.</exception>
    public void RequireFresh(DateTimeOffset now)
    {
        if (Expires <= now)
        {
            throw new AgentException(
                AgentFault.TokenExpired,
                $"The identity token expired at {Expires:u}, and it is {now:u} by the clock of this machine. Request the token right before signing, or set the clock right.");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => "identity token";

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static AgentException Malformed(string why) =>
        new(AgentFault.TokenMalformed, $"The identity token is not usable: {why}. Give the JWT itself, or the path of a file that holds nothing else.");
}

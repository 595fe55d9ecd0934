using System.Buffers.Text;
using System.Text;

namespace SigningAction.Testing;

/// <summary>Tokens as a bearer sees them: nobody here checks the signature.</summary>
public static class TestTokens
{
    /// <summary>Unmistakable when it turns up where it must not.</summary>
    public const string Canary = "Y2FuYXJ5LXNpZ25hdHVyZS1vZi1hLXRva2Vu";

    public static string Create(
        DateTimeOffset? expires = null, string issuer = "https://token.example", string subject = "repo:octo/app:ref:refs/heads/main", string extra = "") =>
        Of($$"""{"iss":"{{issuer}}","sub":"{{subject}}","aud":"sigstore","exp":{{(expires ?? TimeProvider.System.GetUtcNow().AddMinutes(5)).ToUnixTimeSeconds()}}{{extra}}}""");

    public static string Of(string payload) =>
        $"{Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8)}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.{Canary}";
}

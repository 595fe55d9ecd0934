using System.Text;

namespace SigningAction.Authority.Exchange;

/// <summary>Text, remedy and family of each <see cref="TokenRefusal"/>.</summary>
public static class TokenRefusals
{
    private const string FreshToken = "Request a fresh token from the platform and send it as it is.";
    private const string AskAdministrator = "Ask an administrator of the authority whether this issuer's tokens look as they are configured.";
    private const string TryAgain = "Try again in a few seconds.";

    private static readonly Dictionary<TokenRefusal, string> Texts =
        Enum.GetValues<TokenRefusal>().ToDictionary(refusal => refusal, UpperSnake);

    /// <summary>The stable text of a refusal, for example <c>UNKNOWN_ISSUER</c>.</summary>
    public static string Text(TokenRefusal refusal) => Texts[refusal];

    /// <summary>Whether the trouble is ours and may pass (HTTP 503), not the caller's (HTTP 400).</summary>
    public static bool IsTransient(TokenRefusal refusal) => refusal is TokenRefusal.KeySetUnavailable or TokenRefusal.ReplayMemoryFull;

    /// <summary>What the caller can do about it, one sentence.</summary>
    public static string Remedy(TokenRefusal refusal) => refusal switch
    {
        TokenRefusal.Missing => "Send the identity token in credentials.oidcIdentityToken or as a bearer token.",
        TokenRefusal.TooLarge or TokenRefusal.Malformed or TokenRefusal.DuplicateMember or TokenRefusal.CriticalHeader
            or TokenRefusal.HeaderNotAllowed or TokenRefusal.KeyIdInvalid or TokenRefusal.SignatureInvalid => FreshToken,
        TokenRefusal.UnknownIssuer => "Use a platform that the authority lists under /api/v2/configuration, or ask an administrator to add its issuer.",
        TokenRefusal.AlgorithmNotAllowed or TokenRefusal.TypeNotAllowed => AskAdministrator,
        TokenRefusal.UnknownKey => FreshToken,
        TokenRefusal.KeySetUnavailable or TokenRefusal.ReplayMemoryFull => TryAgain,
        TokenRefusal.AudienceMismatch => "Request the token with the audience that the authority lists under /api/v2/configuration, and that one alone.",
        TokenRefusal.Expired => "Request the token right before it is used; it lives for minutes.",
        TokenRefusal.NotYetValid => "Compare the clocks of the platform and of the authority.",
        TokenRefusal.LifetimeTooLong => "Request a token of shorter life, or ask an administrator to allow it for this issuer.",
        TokenRefusal.ClaimMissing or TokenRefusal.ClaimType or TokenRefusal.ClaimRange => AskAdministrator,
        TokenRefusal.ClaimCharacters => "Rename what the claim names (branch, environment, workflow) without control or direction characters.",
        TokenRefusal.ClaimTooLong => "Shorten what the claim names (branch, environment, workflow).",
        TokenRefusal.ClaimAmbiguous => "Rename what the claim names without the characters that separate it from the next one.",
        TokenRefusal.ClaimForbidden => "Start a run of the kind that the authority accepts from this platform (a branch instead of a tag, for example).",
        TokenRefusal.NotAPipeline => "Send the token of a workflow run, with id-token: write, not that of a person or of another service.",
        TokenRefusal.Replayed => "Request a token of its own for each certificate.",
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a reason."),
    };

    private static string UpperSnake(TokenRefusal refusal)
    {
        var text = new StringBuilder();
        foreach (var c in refusal.ToString())
        {
            if (char.IsAsciiLetterUpper(c) && text.Length > 0)
            {
                _ = text.Append('_');
            }

            _ = text.Append(char.ToUpperInvariant(c));
        }

        return text.ToString();
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Text;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Exchange;

/// <summary>
/// Literal text with claims in braces, <c>https://{ci_config_ref_uri}</c>: how a part of an identity is made of claims. What it gives can be read back in one
/// way only. Between two claims stands literal text, and no claim may have that text in it: else <c>{a}/{b}</c> would make one identity of <c>x/y</c>, <c>z</c> and of
/// <c>x</c>, <c>y/z</c>.
/// </summary>
internal sealed class ClaimTemplate
{
    // One more literal than claims: before the first, between each two, behind the last.
    private readonly string[] _literals;
    private readonly ClaimReference[] _claims;

    private ClaimTemplate(string[] literals, ClaimReference[] claims) => (_literals, _claims) = (literals, claims);

    /// <summary>Literal text at the beginning.</summary>
    public string Prefix => _literals[0];

    /// <summary>Whether it may give nothing.</summary>
    public bool IsOptional => _claims.Any(claim => claim.IsOptional);

    /// <summary>Reads a template, or says what is wrong with it in words that end a sentence.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ClaimTemplate? template, [NotNullWhen(false)] out string? fault)
    {
        template = null;
        fault = text.Length is 0 or > Limits.ClaimTemplateCharacters ? $"has 1 to {Limits.ClaimTemplateCharacters} characters"
            : !PrintableText.IsPrintable(text) ? "has printable characters only"
            : null;
        if (fault is not null)
        {
            return false;
        }

        List<string> literals = [];
        List<ClaimReference> claims = [];
        var rest = text.AsSpan();
        for (var open = rest.IndexOf('{'); open >= 0; open = rest.IndexOf('{'))
        {
            var close = rest.IndexOf('}');
            if (close < open || !ClaimReference.TryParse(rest[(open + 1)..close].ToString(), out var claim))
            {
                fault = "names each claim in braces of its own: {claim}, {/claim/member}, {claim:integer} or {claim?}";
                return false;
            }

            if (open == 0 && claims.Count > 0)
            {
                fault = "needs literal text between two claims, or their border could not be found again";
                return false;
            }

            literals.Add(rest[..open].ToString());
            claims.Add(claim);
            rest = rest[(close + 1)..];
        }

        if (rest.Contains('}'))
        {
            fault = "has a closing brace too many";
            return false;
        }

        template = new ClaimTemplate([.. literals, rest.ToString()], [.. claims]);
        return true;
    }

    /// <summary>The text; null when a claim that may be absent is.</summary>
    /// <exception cref="TokenRefusedException">A claim is missing, of another type, or would make the text ambiguous.</exception>
    public string? Fill(TokenClaims claims)
    {
        var text = new StringBuilder(_literals[0]);
        for (var i = 0; i < _claims.Length; i++)
        {
            if (claims.Find(_claims[i]) is not { } value)
            {
                return null;
            }

            var border = _literals[i + 1];
            if (border.Length > 0 && (value + border).IndexOf(border, StringComparison.Ordinal) != value.Length)
            {
                throw new TokenRefusedException(
                    TokenRefusal.ClaimAmbiguous, $"The token's claim {_claims[i]} has '{border}' in it, which ends it in this issuer's mapping.");
            }

            _ = text.Append(value).Append(border);
        }

        return text.Length <= Limits.ClaimCharacters
            ? text.ToString()
            : throw new TokenRefusedException(TokenRefusal.ClaimTooLong, $"The token's claims make a text longer than {Limits.ClaimCharacters} characters.");
    }
}

namespace SigningAction.Authority.Exchange;

/// <summary>A configured issuer with its keys.</summary>
/// <param name="Options">What the administrator wrote, validated.</param>
/// <param name="Identities">What its claims mean.</param>
/// <param name="Keys">Its keys.</param>
public sealed record Issuer(IssuerOptions Options, IdentitySource Identities, KeySetSource Keys)
{
    /// <summary>Whether a token may have this header: the issuer's algorithms and type, exact, before a key is looked for.</summary>
    /// <exception cref="TokenRefusedException">It may not.</exception>
    internal void CheckHeader(TokenHeader header)
    {
        if (!TokenSignature.AlgorithmsOf(Options).Contains(header.Algorithm, StringComparer.Ordinal))
        {
            throw new TokenRefusedException(TokenRefusal.AlgorithmNotAllowed, "The token is signed with an algorithm that its issuer does not use.");
        }

        if (Options.TokenType == IssuerOptions.NoTokenType ? header.Type is not null : !string.Equals(header.Type, Options.TokenType, StringComparison.Ordinal))
        {
            throw new TokenRefusedException(
                TokenRefusal.TypeNotAllowed,
                Options.TokenType == IssuerOptions.NoTokenType ? "The token's header says a type." : $"The token's header does not say the type {Options.TokenType}.");
        }
    }
}

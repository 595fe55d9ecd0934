using System.Net;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;

namespace SigningAction.Agent.Signing;

/// <summary>
/// What a Fulcio wants signed as proof of possession: a claim of the token, which it names for each issuer in its configuration (<c>challengeClaim</c>). It is asked only where
/// there is a choice: tokens of pipelines have no e-mail address.
/// </summary>
public sealed class PossessionChallenge(ServiceClient services, ServiceAddress address)
{
    private const string Subject = "sub";
    private const string Email = "email";

    /// <summary>The text to sign. Where the authority does not say, the e-mail address if there is one, as Sigstore's own clients do.</summary>
    public async Task<string> OfAsync(IdentityToken token, CancellationToken cancellation)
    {
        if (token.Email is not { } email)
        {
            return token.Subject;
        }

        return await ClaimOfAsync(token.Issuer, cancellation) == Subject ? token.Subject : email;
    }

    private async Task<string?> ClaimOfAsync(string issuer, CancellationToken cancellation)
    {
        try
        {
            var answer = await services.SendAsync(
                new ServiceRequest
                {
                    Service = "the certificate authority",
                    Method = HttpMethod.Get,
                    Address = address.At("api/v2/configuration"),
                    Accept = "application/json",
                    Tries = 1,
                },
                cancellation);
            if (answer.Status != HttpStatusCode.OK)
            {
                return null;
            }

            var claim = answer.Json(AgentJson.Default.FulcioConfiguration).Issuers?.FirstOrDefault(known => string.Equals(known?.IssuerUrl, issuer, StringComparison.Ordinal))?.ChallengeClaim;
            return claim is Subject or Email ? claim : null;
        }
        catch (AgentException)
        {
            // An authority without this route, or one that is down: the exchange itself says so, and better.
            return null;
        }
    }

    internal sealed record Configuration(IReadOnlyList<KnownIssuer?>? Issuers);

    internal sealed record KnownIssuer(string? IssuerUrl, string? ChallengeClaim);
}

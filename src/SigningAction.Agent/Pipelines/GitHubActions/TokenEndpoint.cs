using SigningAction.Agent.Services;

namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>
/// The runner's token service: <c>GET $ACTIONS_ID_TOKEN_REQUEST_URL&amp;audience=…</c> with the job's own bearer token. One token for one audience.
/// </summary>
public sealed class TokenEndpoint(ServiceClient services, string url, string bearer, TimeProvider time)
{
    private const string Hint =
        "Check that the job has `permissions: id-token: write`, then run it again.";

    /// <summary>Times an expired or empty token is asked for again before giving up (the runner caches for a moment).</summary>
    private const int Attempts = 3;

    /// <summary>A fresh token for <paramref name="audience"/>; <paramref name="mask"/> sees it before anybody else.</summary>
    public async Task<IdentityToken> RequestAsync(string audience, Action<string> mask, CancellationToken cancellation)
    {
        var address = ServiceAddress.Parse(url, "the runner's token service (ACTIONS_ID_TOKEN_REQUEST_URL)");
        var separator = address.Uri.Query.Length == 0 ? '?' : '&';
        var request = new ServiceRequest
        {
            Service = "the runner's token service",
            Method = HttpMethod.Get,
            Address = new Uri($"{address.Uri}{separator}audience={Uri.EscapeDataString(audience)}"),
            Accept = "application/json",
            Bearer = bearer,
            Advice = Hint,
        };
        for (var attempt = 1; ; attempt++)
        {
            var token = Read(await services.SendAsync(request, cancellation), mask);
            if (token is not null && token.Expires > time.GetUtcNow())
            {
                return token;
            }

            if (attempt == Attempts)
            {
                throw token is null
                    ? new AgentException(AgentFault.NoIdentity, $"The runner's token service gave no token. {Hint}")
                    : new AgentException(
                        AgentFault.TokenExpired,
                        $"The runner's token service gave a token that expired at {token.Expires:u}, and it is {time.GetUtcNow():u} by the clock of this machine. {Hint}");
            }

            await Task.Delay(TimeSpan.FromSeconds(attempt), time, cancellation);
        }
    }

    private static IdentityToken? Read(ServiceAnswer answer, Action<string> mask)
    {
        answer.RequireSuccess(Hint);
        var value = answer.Json(AgentJson.Default.TokenAnswer).Value;
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        mask(value);
        return IdentityToken.Parse(value);
    }

    /// <summary>The answer; <c>count</c> and whatever else is in it carry nothing.</summary>
    internal sealed record TokenAnswer(string? Value);
}

using System.Net;
using System.Text;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;

namespace SigningAction.Agent.Publishing.Registries;

/// <summary>
/// The API of one repository in a registry (OCI distribution specification 1.1), with its log-in. A token goes to the registry's own host; where an upload goes on at
/// another host, it goes on without.
/// </summary>
internal sealed class Registry(ServiceClient services, RegistryCredentials credentials, IPipeline pipeline, ImageReference image)
{
    private const string Advice = "What was signed is kept, and a rerun publishes only what is missing.";

    private string? _authorization;

    /// <summary>Name for messages.</summary>
    public string Host => image.Host;

    /// <summary>The address of <paramref name="path"/> in the repository.</summary>
    public Uri At(string path) => image.Api.At($"v2/{image.Repository}/{path}");

    /// <summary>Sends to the repository; logs in when the registry asks for it, once.</summary>
    /// <exception cref="AgentException">Down, not a registry, or it refuses the log-in.</exception>
    public async Task<ServiceAnswer> SendAsync(
        HttpMethod method, Uri address, CancellationToken cancellation, string accept = ServiceRequest.AnyType, byte[]? body = null, string? contentType = null, params (string, string)[] headers)
    {
        var isHome = address.GetLeftPart(UriPartial.Authority) == image.Api.Uri.GetLeftPart(UriPartial.Authority);
        var request = new ServiceRequest
        {
            Service = "the registry",
            Method = method,
            Address = address,
            Accept = accept,
            AnswerType = ServiceRequest.AnyType,
            Body = body,
            ContentType = contentType,
            Advice = Advice,
        };
        var answer = await services.SendAsync(request with { Headers = WithAuthorization(headers, isHome) }, cancellation);
        if (answer.Status != HttpStatusCode.Unauthorized || !isHome)
        {
            return answer;
        }

        // Asked for the first time, or the token ran out while we waited: both are mended the same way, and only once.
        _authorization = await LogInAsync(answer, cancellation);
        return await services.SendAsync(request with { Headers = WithAuthorization(headers, isHome) }, cancellation);
    }

    /// <summary>The sentence for an answer that refuses.</summary>
    public AgentException Refused(ServiceAnswer answer, string what)
    {
        try
        {
            answer.RequireSuccess(
                $"It does not let us {what} in {image.Repository}: {(Host == "ghcr.io" ? "give the job `permissions: packages: write`, or " : "")}{credentials.HowToLogIn(Host)}.");
            return answer.NotTheService($"answers {answer.Request.Method} {answer.Request.Address.AbsolutePath} in a way that no registry does");
        }
        catch (AgentException e)
        {
            return e;
        }
    }

    private (string, string)[] WithAuthorization((string, string)[] headers, bool isHome) =>
        isHome && _authorization is { } authorization ? [.. headers, ("Authorization", authorization)] : headers;

    private async Task<string> LogInAsync(ServiceAnswer answer, CancellationToken cancellation)
    {
        var challenge = RegistryChallenge.Parse(answer.Header("WWW-Authenticate"))
            ?? throw answer.NotTheService("asks for a log-in of a kind that no registry has");
        var credential = await credentials.FindAsync(Host, cancellation);
        if (!challenge.IsBearer)
        {
            return credential is null ? throw Refused(answer, "write") : Basic(credential);
        }

        var realm = ServiceAddress.Parse(challenge.Realm, $"the token service of {Host}");
        if (credential is { OnlyItsHost: true } && realm.Uri.Host != image.Api.Uri.Host)
        {
            throw new AgentException(AgentFault.NotTheService, $"The registry {Host} wants the job's token sent to another host, '{UntrustedText.OneLine(realm.Uri.Host)}', and it is not sent there. Instead {credentials.HowToLogIn(Host)}.");
        }

        var token = await services.SendAsync(TokenRequest(realm, challenge.Service, credential), cancellation);
        token.RequireSuccess($"The log-in for {Host} is not accepted: {credentials.HowToLogIn(Host)}, as a user who may push.");
        var value = token.Json(RegistryJson.Default.TokenAnswer) is { } given && (given.Token ?? given.AccessToken) is { Length: > 0 } text
            ? text
            : throw token.NotTheService("answers without a token");
        pipeline.Mask(value);
        return $"Bearer {value}";
    }

    private ServiceRequest TokenRequest(ServiceAddress realm, string service, RegistryCredential? credential)
    {
        var scope = $"repository:{image.Repository}:pull,push";
        var request = new ServiceRequest
        {
            Service = "the token service of the registry",
            Method = HttpMethod.Get,
            Address = new Uri($"{realm.Uri}{(realm.Uri.Query.Length == 0 ? '?' : '&')}service={Uri.EscapeDataString(service)}&scope={Uri.EscapeDataString(scope)}"),
            Accept = "application/json",
            Headers = credential is null ? [] : [("Authorization", Basic(credential))],
            Advice = Advice,
        };
        return credential?.User != RegistryCredential.RefreshToken ? request : request with
        {
            Method = HttpMethod.Post,
            Address = realm.Uri,
            Headers = [],
            ContentType = "application/x-www-form-urlencoded",
            Body = Encoding.ASCII.GetBytes(
                $"grant_type=refresh_token&client_id=signing-agent&service={Uri.EscapeDataString(service)}&scope={Uri.EscapeDataString(scope)}&refresh_token={Uri.EscapeDataString(credential.Secret)}"),
        };
    }

    private static string Basic(RegistryCredential credential) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.User}:{credential.Secret}"))}";
}

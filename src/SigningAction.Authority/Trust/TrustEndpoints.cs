using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Trust;

/// <summary>The trust files over HTTP: whoever fetches them this way trusts the connection, so customers get them by another way or pin them.</summary>
public static class TrustEndpoints
{
    /// <summary>Maps each file under its own name at the root of the host.</summary>
    public static void MapTrust(this IEndpointRouteBuilder routes, AuthorityTrust trust)
    {
        foreach (var file in trust.Files)
        {
            routes.MapGet($"/{file.Name}", context =>
            {
                context.Response.Headers.CacheControl = "public, max-age=60";
                return JsonBody.WriteAsync(context.Response, file.Content);
            });
        }
    }
}

using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Issuance;

/// <summary>The issuers of logged certificates (static-ct-api, "Issuers"): entries hold only their hashes.</summary>
public static class IssuerEndpoints
{
    /// <summary>Maps <c>issuer/SHA256</c> below a certificate log's prefix.</summary>
    public static void MapIssuers(this IEndpointRouteBuilder routes, string prefix, IssuingAuthority authority) =>
        routes.MapMethods($"{prefix}/issuer/{{digest}}", [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, authority));

    private static async Task WriteAsync(HttpContext context, IssuingAuthority authority)
    {
        var text = context.Request.RouteValues["digest"] as string ?? string.Empty;
        for (var i = 0; i < authority.IssuerDigests.Count; i++)
        {
            if (authority.IssuerDigests[i].ToString() == text)
            {
                var der = authority.Chain.Certificates[i].RawBytes;
                context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                context.Response.ContentType = "application/pkix-cert";
                context.Response.ContentLength = der.Length;
                await context.Response.Body.WriteAsync(der, context.RequestAborted);
                return;
            }
        }

        throw new RequestRefusedException(StatusCodes.Status404NotFound, "NO_ISSUER", "The log has no such issuer.");
    }
}

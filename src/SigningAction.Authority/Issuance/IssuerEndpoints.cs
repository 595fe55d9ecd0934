using SigningAction.Authority.Wire;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Issuance;

/// <summary>The issuers of logged certificates (static-ct-api, "Issuers"): entries hold only their hashes.</summary>
public static class IssuerEndpoints
{
    /// <summary>Maps <c>issuer/SHA256</c> below a certificate log's prefix.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="prefix">The log's prefix.</param>
    /// <param name="issuers">Every certificate that ever issued what the log holds, and its roots.</param>
    public static void MapIssuers(this IEndpointRouteBuilder routes, string prefix, IReadOnlyList<Certificate> issuers)
    {
        var byDigest = issuers.ToDictionary(issuer => Sha256Digest.Of(issuer.RawBytes.Span).ToString(), issuer => issuer.RawBytes, StringComparer.Ordinal);
        routes.MapMethods($"{prefix}/issuer/{{digest}}", [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, byDigest));
    }

    private static async Task WriteAsync(HttpContext context, Dictionary<string, ReadOnlyMemory<byte>> issuers)
    {
        if (!issuers.TryGetValue(context.Request.RouteValues["digest"] as string ?? string.Empty, out var der))
        {
            throw new RequestRefusedException(StatusCodes.Status404NotFound, "NO_ISSUER", "The log has no such issuer.");
        }

        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.ContentType = "application/pkix-cert";
        context.Response.ContentLength = der.Length;
        await context.Response.Body.WriteAsync(der, context.RequestAborted);
    }
}

using System.Text.Json;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Wire;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Issuance;

/// <summary>Fulcio's API. What is answered to a refusal is the host's business (<see cref="Serves"/> says which routes are meant).</summary>
public static class FulcioEndpoints
{
    /// <summary>The route that issues.</summary>
    public const string SigningCert = "/api/v2/signingCert";

    private const string TrustBundle = "/api/v2/trustBundle";
    private const string Configuration = "/api/v2/configuration";

    private static readonly RequestBody SigningCertBody = new(Limits.RequestBodyBytes);

    /// <summary>Whether the path is one of Fulcio's API: its clients read errors in its own form.</summary>
    public static bool Serves(PathString path) =>
        path.Value is SigningCert or TrustBundle or Configuration;

    /// <summary>Maps the routes.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="exchange">Decides and issues.</param>
    /// <param name="authority">Whose certificates.</param>
    /// <param name="issuers">The issuers that are listed to callers.</param>
    public static void MapFulcio(this IEndpointRouteBuilder routes, CertificateExchange exchange, IssuingAuthority authority, IEnumerable<IssuerOptions> issuers)
    {
        var bundle = JsonSerializer.SerializeToUtf8Bytes(new TrustBundleJson([new ChainJson(authority.ChainPem)]), FulcioJson.Readable.TrustBundleJson);
        var configuration = JsonSerializer.SerializeToUtf8Bytes(new ConfigurationJson([.. issuers.Select(Describe)]), FulcioJson.Readable.ConfigurationJson);
        var answer = new SigningCertificateAnswer(authority.ChainPem);
        routes.MapPost(SigningCert, context => CreateSigningCertificateAsync(context, exchange, answer)).WithMetadata(SigningCertBody);
        routes.MapGet(TrustBundle, context => JsonBody.WriteAsync(context.Response, bundle));
        routes.MapGet(Configuration, context => JsonBody.WriteAsync(context.Response, configuration));
    }

    private static async Task CreateSigningCertificateAsync(HttpContext context, CertificateExchange exchange, SigningCertificateAnswer answer)
    {
        var issued = await exchange.ExchangeAsync(await ReadAsync(context, exchange), context.TraceIdentifier, context.RequestAborted);
        await JsonBody.WriteAsync(context.Response, answer.With(issued.Der.Span));
    }

    private static async Task<SigningCertRequest> ReadAsync(HttpContext context, CertificateExchange exchange)
    {
        try
        {
            var body = await SigningCertBody.ReadAsync(context.Request);
            return SigningCertRequest.Read(body, context.Request.Headers.Authorization is [var only] ? only : null);
        }
        catch (RequestRefusedException refused)
        {
            exchange.CountUnread(refused.Code);
            throw;
        }
        catch (BadHttpRequestException)
        {
            // What the server itself could not read: broken, cut short, or slower than it waits for.
            exchange.CountUnread("REQUEST_MALFORMED");
            throw;
        }
    }

    private static IssuerJson Describe(IssuerOptions issuer) => new(issuer.Url, issuer.Audience, "sub", string.Empty, "ci-provider", string.Empty);
}

using System.Text;
using SigningAction.Authority.Wire;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;

namespace SigningAction.Authority.Timestamping;

/// <summary>The RFC 3161 service over HTTP (section 3.4), with the JSON form of sigstore/timestamp-authority beside it.</summary>
public static class TimestampEndpoints
{
    /// <summary>The route that stamps.</summary>
    public const string Timestamp = "/api/v1/timestamp";

    private static readonly RequestBody Body = new(Limits.TimestampRequestBytes);

    /// <summary>Maps the routes.</summary>
    public static void MapTimestamps(this IEndpointRouteBuilder routes, TimestampService service)
    {
        routes.MapPost(Timestamp, context => StampAsync(context, service)).WithMetadata(Body);
        routes.MapGet($"{Timestamp}/certchain", context =>
        {
            context.Response.ContentType = "application/pem-certificate-chain";
            return context.Response.WriteAsync(service.ChainPem, Encoding.ASCII, context.RequestAborted);
        });
    }

    private static async Task StampAsync(HttpContext context, TimestampService service)
    {
        var request = RequestBody.MediaTypeOf(context.Request) switch
        {
            "application/timestamp-query" => ReadDer(await Body.ReadAsync(context.Request)),
            "application/json" => TimestampJsonRequest.Read(await Body.ReadAsync(context.Request)),
            _ => throw new RequestRefusedException(
                StatusCodes.Status415UnsupportedMediaType, "MEDIA_TYPE", "Timestamps are asked for as application/timestamp-query or application/json."),
        };
        var answer = service.Stamp(request);
        context.Response.ContentType = "application/timestamp-reply";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private static TimestampRequest ReadDer(byte[] der) => TimestampRequest.TryParse(der, out var request, out var refusal)
        ? request
        : throw new RequestRefusedException(
            StatusCodes.Status400BadRequest,
            refusal == TimestampRefusal.BadAlgorithm ? "HASH_NOT_ALLOWED" : "REQUEST_MALFORMED",
            refusal switch
            {
                TimestampRefusal.BadAlgorithm => "The request's hash is not SHA-256, SHA-384 or SHA-512.",
                TimestampRefusal.UnacceptedExtension => "The request has extensions, and none is supported.",
                TimestampRefusal.BadRequest => "The request is not of version 1.",
                _ => "The request is not a DER TimeStampReq, or its digest has not the length of its hash.",
            });
}

using System.Text;
using SigningAction.Authority.Wire;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// The read side of a tile log (C2SP tlog-tiles, static-ct-api): files that never change, and one that does. A CDN or a bucket can stand in front.
/// </summary>
public static class TileEndpoints
{
    private const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>Monitors poll; a few seconds of a shared cache spare the authority and delay nobody.</summary>
    private const string Fresh = "public, max-age=2";

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Maps <c>checkpoint</c> and <c>tile/…</c> of one log.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="prefix">The log's prefix on its host.</param>
    /// <param name="log">The log of a request.</param>
    public static void MapTiles(this IEndpointRouteBuilder routes, string prefix, Func<HttpRequest, LogReader> log)
    {
        routes.MapMethods($"{prefix}/checkpoint", Reading, context => WriteCheckpointAsync(context, log(context.Request)));
        routes.MapMethods($"{prefix}/tile/{{**path}}", Reading, context => WriteTileAsync(context, log(context.Request)));
    }

    private static async Task WriteCheckpointAsync(HttpContext context, LogReader reader)
    {
        context.Response.Headers.CacheControl = Fresh;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(reader.Checkpoint, Encoding.UTF8, context.RequestAborted);
    }

    private static async Task WriteTileAsync(HttpContext context, LogReader reader)
    {
        // Anything but the one spelling of a tile that exists is not there: no parser sees more of the path than this.
        var path = context.Request.RouteValues["path"] as string ?? string.Empty;
        if (!TilePath.TryParse(path, out var tile) || await reader.ReadTileAsync(tile, context.RequestAborted) is not { } content)
        {
            throw new RequestRefusedException(StatusCodes.Status404NotFound, "NO_TILE", "The log has no such tile.");
        }

        ByteBudget.Take(context, content.Length);
        context.Response.Headers.CacheControl = Immutable;
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = content.Length;
        await context.Response.Body.WriteAsync(content, context.RequestAborted);
    }
}

using SigningAction.Authority.Storage;
using SigningAction.Authority.Wire;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Bundles;

/// <summary>Finished bundles, brought by signers and asked for by verifiers that have an artifact and no bundle.</summary>
public static class BundleEndpoints
{
    /// <summary>The route that takes a bundle; below it they are read, by <c>sha256:HEX</c>.</summary>
    public const string Route = "/api/v1/bundles";

    private const string Prefix = "sha256:";

    /// <summary>A shared cache answers the jobs of one release, and nobody waits long for a new bundle.</summary>
    private const string Fresh = "public, max-age=2";

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    private static readonly RequestBody Body = new(BundleLimits.BundleBytes);

    /// <summary>Maps the routes.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="intake">Judges what is brought.</param>
    /// <param name="store">Keeps it.</param>
    /// <param name="time">The clock.</param>
    public static void MapBundles(this IEndpointRouteBuilder routes, BundleIntake intake, SqliteBundleStore store, TimeProvider time)
    {
        routes.MapPost(Route, context => KeepAsync(context, intake, store, time)).WithMetadata(Body);
        routes.MapMethods($"{Route}/{{digest}}", Reading, context => FindAsync(context, store));
    }

    private static async Task KeepAsync(HttpContext context, BundleIntake intake, SqliteBundleStore store, TimeProvider time)
    {
        if (RequestBody.MediaTypeOf(context.Request) is not ("application/json" or "application/vnd.dev.sigstore.bundle.v0.3+json"))
        {
            throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, "MEDIA_TYPE", "Bundles are sent as application/json.");
        }

        var accepted = intake.Verify(await Body.ReadAsync(context.Request));
        var kept = await UsingAsync(() => store.AddAsync(accepted.Said, accepted.Json, accepted.Artifacts, time.GetUtcNow(), BundleLimits.OfOneArtifact, context.RequestAborted));
        if (kept.Full is { } artifact)
        {
            throw new RequestRefusedException(
                StatusCodes.Status409Conflict, "BUNDLES_FULL", $"{BundleLimits.OfOneArtifact} bundles of {Prefix}{artifact} are kept already, the most of one artifact.",
                "The bundle is good: give it to those who verify beside the artifact.");
        }

        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.Headers.Location = $"{Route}/{Prefix}{accepted.Artifacts.First()}";
        await JsonBody.WriteAsync(context.Response, kept.Json);
    }

    private static async Task FindAsync(HttpContext context, SqliteBundleStore store)
    {
        // One spelling only, so that a cache holds one copy.
        var text = context.Request.RouteValues["digest"] as string ?? string.Empty;
        if (text.Length != Prefix.Length + (2 * Sha256Digest.Size) || !text.StartsWith(Prefix, StringComparison.Ordinal) || !text.Skip(Prefix.Length).All(char.IsAsciiHexDigitLower))
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest, "DIGEST_MALFORMED", "Bundles are asked for by sha256: and 64 lowercase hexadecimal digits.");
        }

        var artifact = Sha256Digest.From(Convert.FromHexString(text.AsSpan(Prefix.Length)));
        var found = await UsingAsync(() => store.FindAsync(artifact, BundleLimits.Answered, BundleLimits.AnswerBytes, context.RequestAborted));
        if (found.Count == 0)
        {
            throw new RequestRefusedException(
                StatusCodes.Status404NotFound, "NO_BUNDLE", "No bundle of this artifact is kept here.", "Ask whoever published the artifact for its bundle.");
        }

        ByteBudget.Take(context, found.Sum(bundle => bundle.Length + 1L));
        var lines = Lines(found);
        var tag = $"\"{Sha256Digest.Of(lines)}\"";
        context.Response.Headers.CacheControl = Fresh;
        context.Response.Headers.ETag = tag;
        if (context.Request.Headers.IfNoneMatch.Contains(tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await JsonBody.WriteAsync(context.Response, lines, "application/jsonl");
    }

    private static byte[] Lines(IReadOnlyList<ReadOnlyMemory<byte>> bundles)
    {
        var lines = new byte[bundles.Sum(bundle => bundle.Length + 1)];
        var end = 0;
        foreach (var bundle in bundles)
        {
            bundle.Span.CopyTo(lines.AsSpan(end));
            end += bundle.Length + 1;
            lines[end - 1] = (byte)'\n';
        }

        return lines;
    }

    private static async Task<T> UsingAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (StoreRefusedException e) when (e.IsFull)
        {
            throw new RequestRefusedException(
                StatusCodes.Status409Conflict, "BUNDLES_NO_ROOM", "The authority has no room for another bundle.",
                "The bundle is good: give it to those who verify beside the artifact, and tell an administrator (bundles.megabytes).", e);
        }
        catch (StoreRefusedException e)
        {
            throw new RequestRefusedException(
                StatusCodes.Status503ServiceUnavailable, "BUNDLES_UNAVAILABLE", "The authority cannot use its kept bundles now.", "Try the same request again; signing is not affected.", e);
        }
    }
}

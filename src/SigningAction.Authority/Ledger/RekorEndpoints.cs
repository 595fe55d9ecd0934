using SigningAction.Authority.Wire;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// The write side of Rekor v2. The same entry again gets the same index and a fresh proof (201), never a conflict: a client that lost our answer
/// must be able to ask again, and a 409 without a proof is the reason why releases fail.
/// </summary>
public static class RekorEndpoints
{
    /// <summary>Prefix of the signature log's routes, write and read.</summary>
    public const string Prefix = "/api/v2";

    /// <summary>The route that appends.</summary>
    public const string Entries = $"{Prefix}/log/entries";

    private static readonly RequestBody EntryBody = new(Limits.EntryRequestBodyBytes);

    /// <summary>What Rekor's clients are told by a log that takes nothing more; they look for a newer one in the signing config.</summary>
    public const string FrozenText = "This log has been frozen, please switch to the latest log.";

    /// <summary>Maps <c>POST /api/v2/log/entries</c>.</summary>
    /// <param name="routes">Where to.</param>
    /// <param name="ledger">Takes the entries.</param>
    /// <param name="shards">The logs by their host names.</param>
    public static void MapRekor(this IEndpointRouteBuilder routes, AuthorityLedger ledger, LogShards shards) =>
        routes.MapPost(Entries, context => CreateEntryAsync(context, ledger, shards.Of(context.Request))).WithMetadata(EntryBody);

    private static async Task CreateEntryAsync(HttpContext context, AuthorityLedger ledger, LogShard shard)
    {
        if (shard.IsFrozen)
        {
            // RFC 9110, section 15.5.6: the methods that are left here are none.
            context.Response.Headers.Allow = string.Empty;
            throw new RequestRefusedException(StatusCodes.Status405MethodNotAllowed, "LOG_FROZEN", FrozenText, "Fetch the authority's signing config again.");
        }

        if (RequestBody.MediaTypeOf(context.Request) != "application/json")
        {
            throw new RequestRefusedException(StatusCodes.Status415UnsupportedMediaType, "MEDIA_TYPE", "Log entries are sent as application/json.");
        }

        var leaf = EntryRequest.Read(await EntryBody.ReadAsync(context.Request)).CanonicalBody();
        if (leaf.Length > Limits.LogEntryBytes)
        {
            throw new RequestRefusedException(
                StatusCodes.Status400BadRequest, "ENTRY_TOO_LARGE", $"The entry has {leaf.Length} bytes, {Limits.LogEntryBytes} is the most.");
        }

        var entry = await ledger.AppendAsync(shard.Id, leaf, context.RequestAborted);
        var proof = await entry.ProveAsync(context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await JsonBody.WriteAsync(context.Response, EntryAnswer.Write(shard.Key, leaf, proof));
    }
}

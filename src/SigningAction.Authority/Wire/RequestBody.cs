using System.Buffers;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Wire;

/// <summary>The body of one route: its cap, and how it is read.</summary>
/// <param name="Cap">Bytes; more is refused (413) before any of it is looked at.</param>
public sealed record RequestBody(long Cap) : IRequestSizeLimitMetadata
{
    /// <summary>
    /// The longest time for a whole body. Clients give up after it, and the largest body comes in it at 150 KB/s; who sends a byte now and then would keep his place
    /// and his memory for hours.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What the server itself takes before it drops the connection: more than any cap. A caller whose connection is dropped while he still writes reads no
    /// answer, and would not learn what is wrong; so the server reads on past the cap, for seconds at most, and keeps nothing of it.
    /// </summary>
    public long? MaxRequestBodySize => Limits.DrainedBodyBytes;

    /// <summary>Reads the whole body, or nothing: a decision is never made on a part (CVE-2026-34040).</summary>
    /// <exception cref="RequestRefusedException">More than the cap (413), slower than <see cref="Patience"/> (408), or no memory for it now (503).</exception>
    /// <exception cref="BadHttpRequestException">The server refused it, or the caller went away.</exception>
    public async Task<byte[]> ReadAsync(HttpRequest request)
    {
        if (request.ContentLength > Cap)
        {
            throw TooLarge(Cap);
        }

        var context = request.HttpContext;
        using var patience = new CancellationTokenSource(Patience, context.RequestServices.GetRequiredService<TimeProvider>());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.RequestAborted);

        // Memory follows what came, never what was announced: announcing costs nothing. One byte over the cap tells that it is over.
        var buffer = ArrayPool<byte>.Shared.Rent(ByteBudget.Free);
        try
        {
            var (length, taken) = (0, 0);
            int read;
            while ((read = await request.Body.ReadAsync(buffer.AsMemory(length), either.Token)) > 0)
            {
                length += read;
                if (length > Cap)
                {
                    throw TooLarge(Cap);
                }

                if (length == buffer.Length)
                {
                    ByteBudget.Take(context, (2 * length) - taken);
                    taken = 2 * length;
                    var larger = ArrayPool<byte>.Shared.Rent(taken);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
                    buffer = larger;
                }
            }

            return buffer.AsSpan(0, length).ToArray();
        }
        catch (OperationCanceledException e) when (patience.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            throw new RequestRefusedException(
                StatusCodes.Status408RequestTimeout, "BODY_TOO_SLOW", $"The request body did not come within {Patience.TotalSeconds:0} s.",
                "Send it again over a faster connection; nothing was done.", e);
        }
        finally
        {
            // A token may have stood in it.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>The media type without its parameters, in lower case; empty when there is none.</summary>
    public static string MediaTypeOf(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) ? type.MediaType.ToString().ToLowerInvariant() : string.Empty;

    private static RequestRefusedException TooLarge(long cap) =>
        new(StatusCodes.Status413PayloadTooLarge, "BODY_TOO_LARGE", $"The request body has more than {cap} bytes, the most that this route takes.");
}

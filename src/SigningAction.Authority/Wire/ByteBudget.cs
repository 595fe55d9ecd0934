using System.Threading.RateLimiting;

namespace SigningAction.Authority.Wire;

/// <summary>
/// The memory for what is read and answered at once: a request that stays unfinished, and an answer that nobody reads, keep theirs until they end. What one needs is
/// taken before it is used, given back when its request is done, and refused (503) when all is taken.
/// </summary>
/// <param name="kilobytes">Permits of 1,024 bytes, by caller and in all.</param>
public sealed class ByteBudget(PartitionedRateLimiter<HttpContext> kilobytes)
{
    /// <summary>Bytes that every request has for nothing: how many are in flight is limited already.</summary>
    public const int Free = 16 * 1024;

    private const int RetrySeconds = 1;

    /// <summary>Takes memory until the request ends.</summary>
    /// <param name="context">The request.</param>
    /// <param name="bytes">How much; <see cref="Free"/> or less costs nothing.</param>
    /// <exception cref="RequestRefusedException">503: there is no more, of this caller's or of everybody's.</exception>
    public static void Take(HttpContext context, long bytes)
    {
        if (bytes > Free)
        {
            context.RequestServices.GetRequiredService<ByteBudget>().TakeKilobytes(context, (int)((bytes + 1023) / 1024));
        }
    }

    private void TakeKilobytes(HttpContext context, int count)
    {
        var lease = kilobytes.AttemptAcquire(context, count);
        context.Response.RegisterForDispose(lease);
        if (!lease.IsAcquired)
        {
            throw new RequestRefusedException(
                StatusCodes.Status503ServiceUnavailable, OverloadCodes.Busy, "The authority has as many bytes of requests and answers in flight as it takes.",
                "Try the same request again after the time that Retry-After says; that is always safe.")
            { RetryAfter = RetrySeconds };
        }
    }
}

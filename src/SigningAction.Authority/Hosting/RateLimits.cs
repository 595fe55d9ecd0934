using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// What is let in. An address has so many requests a second, and at most half of what may be in flight: so one caller, however many connections he has,
/// leaves room for the others. What is over is refused before anything of it is read; what was let in is served.
/// </summary>
public static class RateLimits
{
    private const int RetrySeconds = 1;
    private const int NetworkBytes = 8;

    /// <summary>Adds the limiter.</summary>
    public static void AddRateLimits(this IServiceCollection services, LimitOptions limits) => services.AddRateLimiter(options =>
    {
        // The first that refuses is the one whose answer the caller gets: too much of his own, too much at once of his own, too much of everybody's.
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(
                PartitionOf(context.Connection.RemoteIpAddress),
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = limits.Burst,
                    TokensPerPeriod = Math.Max(1, limits.RequestsPerSecond / 4),
                    ReplenishmentPeriod = limits.RequestsPerSecond < 4 ? TimeSpan.FromSeconds(1.0 / limits.RequestsPerSecond) : TimeSpan.FromMilliseconds(250),
                    QueueLimit = 0,
                    AutoReplenishment = true,
                })),
            PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetConcurrencyLimiter(
                PartitionOf(context.Connection.RemoteIpAddress), _ => AtOnce(limits.InFlight / 2))),
            PartitionedRateLimiter.Create<HttpContext, int>(_ => RateLimitPartition.GetConcurrencyLimiter(0, _ => AtOnce(limits.InFlight))));
        options.OnRejected = async (rejected, cancellation) => await RefusalResponses.WriteAsync(
            rejected.HttpContext,

            // A token bucket knows when it has more; a limit of what is in flight does not.
            rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out _) ? TooMany(limits) : Busy());
    });

    private static ConcurrencyLimiterOptions AtOnce(int permits) => new() { PermitLimit = permits, QueueLimit = 0 };

    private static RequestRefusedException TooMany(LimitOptions limits) => new(
        StatusCodes.Status429TooManyRequests,
        OverloadCodes.TooMany,
        string.Create(CultureInfo.InvariantCulture, $"More than {limits.RequestsPerSecond} requests a second come from this address."),
        "Try again after the time that Retry-After says.")
    { RetryAfter = RetrySeconds };

    private static RequestRefusedException Busy() => new(
        StatusCodes.Status503ServiceUnavailable,
        OverloadCodes.Busy,
        "The authority has as many requests in flight as it takes, so it did nothing with this one.",
        "Try the same request again after the time that Retry-After says; that is always safe.")
    { RetryAfter = RetrySeconds };

    /// <summary>An IPv6 caller has a whole /64 of addresses.</summary>
    internal static string PartitionOf(IPAddress? address)
    {
        if (address is null)
        {
            return string.Empty;
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, NetworkBytes))
            : address.ToString();
    }
}

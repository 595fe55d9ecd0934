using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Hosting;

/// <summary>One token bucket an address, so that one caller cannot take the others' share.</summary>
public static class RateLimits
{
    private const int RetrySeconds = 1;
    private const int NetworkBytes = 8;

    /// <summary>Adds the limiter.</summary>
    public static void AddRateLimits(this IServiceCollection services, LimitOptions limits) => services.AddRateLimiter(options =>
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(
            PartitionOf(context.Connection.RemoteIpAddress),
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = limits.Burst,
                TokensPerPeriod = Math.Max(1, limits.RequestsPerSecond / 4),
                ReplenishmentPeriod = limits.RequestsPerSecond < 4 ? TimeSpan.FromSeconds(1.0 / limits.RequestsPerSecond) : TimeSpan.FromMilliseconds(250),
                QueueLimit = 0,
                AutoReplenishment = true,
            }));
        options.OnRejected = async (rejected, _) => await RefusalResponses.WriteAsync(
            rejected.HttpContext,
            new RequestRefusedException(
                StatusCodes.Status429TooManyRequests,
                "TOO_MANY_REQUESTS",
                string.Create(CultureInfo.InvariantCulture, $"More than {limits.RequestsPerSecond} requests a second come from this address."),
                "Try again after the time that Retry-After says.")
            { RetryAfter = RetrySeconds });
    });

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

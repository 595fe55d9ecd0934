using System.Threading.RateLimiting;
using SigningAction.Authority.Wire;

namespace SigningAction.Authority.Hosting;

/// <summary>How much memory requests and answers in flight may hold: half of it one address.</summary>
public static class MemoryLimits
{
    private const int KilobytesPerMegabyte = 1024;

    /// <summary>Adds the budget.</summary>
    public static void AddByteBudget(this IServiceCollection services, LimitOptions limits) => services.AddSingleton(_ => new ByteBudget(
        PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetConcurrencyLimiter(
                RateLimits.PartitionOf(context.Connection.RemoteIpAddress), _ => Of(limits.MemoryMegabytes / 2))),
            PartitionedRateLimiter.Create<HttpContext, int>(_ => RateLimitPartition.GetConcurrencyLimiter(0, _ => Of(limits.MemoryMegabytes))))));

    private static ConcurrencyLimiterOptions Of(int megabytes) => new() { PermitLimit = megabytes * KilobytesPerMegabyte, QueueLimit = 0 };
}

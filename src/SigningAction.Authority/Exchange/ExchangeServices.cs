using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace SigningAction.Authority.Exchange;

/// <summary>The exchange in a service collection.</summary>
public static class ExchangeServices
{
    /// <summary>
    /// Adds <see cref="TokenValidator"/>, <see cref="IssuerDirectory"/> and <see cref="ReplayGuard"/> with options that were validated
    /// (<see cref="ExchangeOptionsValidator"/>). Nothing is bound to the framework's configuration: no environment variable may add an issuer.
    /// </summary>
    public static IServiceCollection AddExchange(this IServiceCollection services, ExchangeOptions options)
    {
        _ = services.AddSingleton(Options.Create(options));
        services.TryAddSingleton(TimeProvider.System);
        _ = services.AddSingleton<IssuerDirectory>().AddSingleton<TokenValidator>().AddSingleton<ReplayGuard>();
        _ = services.AddHttpClient(KeySetFetcher.ClientName, client => client.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(KeySetHandler);
        return services;
    }

    /// <summary>The whole of a fetch is timed by <see cref="KeySetSource"/>; a redirect, a cookie or compression has no place in it.</summary>
    private static SocketsHttpHandler KeySetHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        MaxResponseHeadersLength = 16,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };
}

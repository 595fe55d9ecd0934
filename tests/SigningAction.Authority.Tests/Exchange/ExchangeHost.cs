using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Exchange;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>The exchange as the authority wires it, with one issuer on loopback and a clock that the test moves.</summary>
internal sealed class ExchangeHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 8, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly ServiceProvider _services;

    private ExchangeHost(ServiceProvider services, PipelineIssuer issuer, FakeTimeProvider time)
    {
        _services = services;
        Issuer = issuer;
        Time = time;
    }

    public PipelineIssuer Issuer { get; }

    public FakeTimeProvider Time { get; }

    public TokenValidator Validator => _services.GetRequiredService<TokenValidator>();

    public IssuerDirectory Issuers => _services.GetRequiredService<IssuerDirectory>();

    public ReplayGuard Replays => _services.GetRequiredService<ReplayGuard>();

    public KeySetState Keys => Issuers.All[0].Keys.State;

    public static async Task<ExchangeHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var time = new FakeTimeProvider(Start);
        var issuer = await PipelineIssuer.StartAsync(time);
        var configuration = new Dictionary<string, string?>
        {
            ["Exchange:Issuers:0:Url"] = issuer.Url,
            ["Exchange:Issuers:0:Kind"] = "GitHubActions",
        };
        foreach (var (name, value) in settings)
        {
            configuration["Exchange:" + name] = value.Replace("ISSUER", issuer.Url, StringComparison.Ordinal);
        }

        return new ExchangeHost(Services(configuration, time), issuer, time);
    }

    public static ServiceProvider Services(Dictionary<string, string?> configuration, TimeProvider time)
    {
        // Settings by name are a convenience of the tests; the authority reads authority.json, and both pass the same validator.
        var section = new ConfigurationBuilder().AddInMemoryCollection(configuration).Build().GetSection(ExchangeOptions.Section);
        var options = section.Get<ExchangeOptions>(binder => binder.ErrorOnUnknownConfiguration = true) ?? new ExchangeOptions();
        if (new ExchangeOptionsValidator().Validate(null, options) is { Failed: true, Failures: { } failures })
        {
            throw new OptionsValidationException(ExchangeOptions.Section, typeof(ExchangeOptions), failures);
        }

        return new ServiceCollection().AddSingleton(time).AddLogging().AddExchange(options).BuildServiceProvider();
    }

    /// <summary>A client of the test's own.</summary>
    public HttpClient CreateClient() => _services.GetRequiredService<IHttpClientFactory>().CreateClient("test");

    /// <summary>Copies every log line, with its exception, from now on.</summary>
    public void Log(ConcurrentQueue<string> lines)
    {
        _services.GetRequiredService<ILoggerFactory>().AddProvider(new Lines(lines));
    }

    public Task<VerifiedToken> ValidateAsync(string? token) => Validator.ValidateAsync(token, TestContext.Current.CancellationToken);

    /// <summary>The reason why the token is refused; a test fails that finds none.</summary>
    public async Task<TokenRefusedException> RefusalAsync(string? token) =>
        await Assert.ThrowsAsync<TokenRefusedException>(() => ValidateAsync(token));

    public async Task AssertRefusedAsync(TokenRefusal reason, string? token) => Assert.Equal(reason, (await RefusalAsync(token)).Refusal);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Issuer.DisposeAsync();
    }

    private sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}

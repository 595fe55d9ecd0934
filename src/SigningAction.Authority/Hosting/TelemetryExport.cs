using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SigningAction.Authority.Telemetry;

namespace SigningAction.Authority.Hosting;

/// <summary>Sends metrics and traces (OTLP), when somebody said where to. Everything else is OpenTelemetry's own configuration.</summary>
internal static class TelemetryExport
{
    /// <summary>Name of the meter, and of the service unless it is configured.</summary>
    public const string Meter = AuthorityTrace.Name;

    private const string Service = "signing-authority";

    /// <summary>Of what the framework measures about requests: the rest of its labels is what callers send.</summary>
    private static readonly string[] RequestLabels = ["http.request.method", "http.route", "http.response.status_code"];

    /// <summary>Says where to, and from now on also when nobody is reached there; nothing without an endpoint.</summary>
    public static void AnnounceTelemetryExport(this WebApplication app, ILogger logger)
    {
        if (app.Services.GetService<ExportWatch>() is not null)
        {
            var (metrics, traces) = Targets(app.Configuration);
            AuthorityEvents.Exporting(logger, metrics ?? "nobody", traces ?? "nobody");
        }
    }

    /// <summary>Adds the exporters that are configured; none without an endpoint.</summary>
    /// <exception cref="ConfigurationRefusedException">An endpoint is no URL: the exporter would send nothing, without a word.</exception>
    public static void AddTelemetryExport(this WebApplicationBuilder builder)
    {
        var (metricsTo, tracesTo) = Targets(builder.Configuration);
        if (metricsTo is null && tracesTo is null)
        {
            return;
        }

        _ = builder.Services.AddSingleton<ExportWatch>();
        var telemetry = new Lazy<OpenTelemetry.OpenTelemetryBuilder>(
            () => builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(Service).AddEnvironmentVariableDetector()));
        if (metricsTo is not null)
        {
            _ = telemetry.Value.WithMetrics(metrics => metrics
                .AddMeter(Meter, "Microsoft.AspNetCore.Hosting", "System.Runtime")
                .AddView("http.server.request.duration", new MetricStreamConfiguration { TagKeys = RequestLabels })
                .AddView("http.server.active_requests", new MetricStreamConfiguration { TagKeys = [] })
                .AddOtlpExporter());
        }

        if (tracesTo is not null)
        {
            _ = telemetry.Value.WithTracing(traces => traces.AddSource(AuthorityTrace.Name).AddOtlpExporter());
        }
    }

    /// <summary>Scheme, host and port, without the rest: it may hold a secret.</summary>
    private static (string? Metrics, string? Traces) Targets(IConfiguration configuration)
    {
        return (Target(EnvironmentVariables.MetricsEndpoint), Target(EnvironmentVariables.TracesEndpoint));

        string? Target(string own)
        {
            var name = configuration[own] is null ? EnvironmentVariables.TelemetryEndpoint : own;
            return configuration[name] is not { Length: > 0 } text ? null
                : Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
                    ? $"{uri.Scheme}://{uri.Authority}"
                    : throw new ConfigurationRefusedException($"{name} is set and is no URL like http://127.0.0.1:4317. Correct it, or unset it to send nothing.");
        }
    }
}

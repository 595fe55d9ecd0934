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

    /// <summary>Adds the exporters that are configured; none without an endpoint.</summary>
    public static void AddTelemetryExport(this WebApplicationBuilder builder)
    {
        var all = builder.Configuration[EnvironmentVariables.TelemetryEndpoint];
        var telemetry = new Lazy<OpenTelemetry.OpenTelemetryBuilder>(
            () => builder.Services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService(Service).AddEnvironmentVariableDetector()));
        if ((builder.Configuration[EnvironmentVariables.MetricsEndpoint] ?? all) is { Length: > 0 })
        {
            _ = telemetry.Value.WithMetrics(metrics => metrics
                .AddMeter(Meter, "Microsoft.AspNetCore.Hosting", "System.Runtime")
                .AddView("http.server.request.duration", new MetricStreamConfiguration { TagKeys = RequestLabels })
                .AddView("http.server.active_requests", new MetricStreamConfiguration { TagKeys = [] })
                .AddOtlpExporter());
        }

        if ((builder.Configuration[EnvironmentVariables.TracesEndpoint] ?? all) is { Length: > 0 })
        {
            _ = telemetry.Value.WithTracing(traces => traces.AddSource(AuthorityTrace.Name).AddOtlpExporter());
        }
    }
}

namespace SigningAction.Authority.Hosting;

/// <summary>Every environment variable that the program reads. No other one configures it: an authority is what its directory says.</summary>
public static class EnvironmentVariables
{
    /// <summary>The identity token of <c>probe</c>, the variable that other Sigstore clients read. A secret.</summary>
    public const string IdentityToken = "SIGSTORE_ID_TOKEN";

    /// <summary>
    /// From which level on a category is logged, for example <c>Logging__LogLevel__SigningAction=Debug</c>; a category is the full name of a type or the
    /// beginning of one, <c>Default</c> is all.
    /// </summary>
    public const string LogLevel = "Logging__LogLevel__CATEGORY";

    /// <summary>
    /// Where metrics and traces are sent (OTLP), for example <c>http://127.0.0.1:4317</c>. Without it nothing is measured for export and nothing is sent. All
    /// <c>OTEL_…</c> variables of the OpenTelemetry specification for exporters, readers, samplers and resources are honoured:
    /// <c>OTEL_EXPORTER_OTLP_PROTOCOL</c>, <c>OTEL_EXPORTER_OTLP_HEADERS</c>, <c>OTEL_METRIC_EXPORT_INTERVAL</c>, <c>OTEL_TRACES_SAMPLER</c>,
    /// <c>OTEL_RESOURCE_ATTRIBUTES</c> and the rest.
    /// </summary>
    public const string TelemetryEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The same for metrics alone.</summary>
    public const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";

    /// <summary>The same for traces alone.</summary>
    public const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    /// <summary>How many listening sockets were inherited (systemd); one is taken, descriptor 3, in place of <c>listen</c> and <c>--listen</c>.</summary>
    public const string InheritedSockets = "LISTEN_FDS";

    /// <summary>The process that the sockets are for; of another one they are left alone.</summary>
    public const string InheritedSocketsFor = "LISTEN_PID";

    /// <summary>Where systemd waits to hear that the authority is ready or stops (<c>Type=notify</c>).</summary>
    public const string NotifySocket = "NOTIFY_SOCKET";
}

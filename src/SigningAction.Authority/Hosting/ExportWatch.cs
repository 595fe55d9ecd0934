using System.Diagnostics.Tracing;

namespace SigningAction.Authority.Hosting;

/// <summary>
/// Hears from the exporter of metrics and traces when it reaches nobody: it tries on and says so to nobody but its own event source. Told once an hour, because it happens
/// at every interval.
/// </summary>
internal sealed class ExportWatch(ILogger<ExportWatch> logger, TimeProvider time) : EventListener
{
    private const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);
    private readonly Lock _telling = new();
    private DateTimeOffset? _told;

    /// <inheritdoc/>
    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter)
        {
            EnableEvents(eventSource, EventLevel.Error);
        }
    }

    /// <inheritdoc/>
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventSource.Name != Exporter)
        {
            return;
        }

        lock (_telling)
        {
            var now = time.GetUtcNow();
            if (_told is { } before && now - before < Pause)
            {
                return;
            }

            _told = now;
        }

        AuthorityEvents.ExportFails(logger, eventData.EventName ?? "unknown");
    }
}

using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging.Console;

namespace SigningAction.Authority.Hosting;

/// <summary>The log: standard error, because standard output belongs to the one line that says where the server listens.</summary>
internal static class AuthorityLog
{
    public static void AddAuthorityLog(this ILoggingBuilder logging, LogOptions options)
    {
        // Of a category that may log at all the framework makes an activity and a log scope for every request; this one never says anything but "began" and "ended".
        _ = logging.ClearProviders().SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)

            // It logs, with a page of stack, what it throws next: the command tells that in one sentence.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        _ = options.Format == LogFormat.Json
            ? logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"))
            : SystemdHelpers.IsSystemdService() ? logging.AddSystemdConsole()
            : logging.AddSimpleConsole(console => console.SingleLine = true);
        _ = logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}

namespace SigningAction.Agent.Pipelines;

/// <summary>
/// Variables with which an earlier step can load code into this process, or have its memory written to disk, where the key and the token are. What they load
/// is loaded before the first line of ours runs, so this is no defence against it; it turns a mistake, and every attempt that is not aimed at this very check,
/// into a run that does not sign. Startup hooks are off in the program itself. What only moves trust or traffic is named in the log.
/// </summary>
internal static class ForeignCode
{
    private static readonly string[] Refused =
    [
        "DOTNET_STARTUP_HOOKS", "DOTNET_ADDITIONAL_DEPS", "DOTNET_SHARED_STORE", "DOTNET_NativeProfiler", "DOTNET_SYSTEM_GLOBALIZATION_APPLOCALICU",
        "CORECLR_PROFILER", "CORECLR_PROFILER_PATH", "CORECLR_PROFILER_PATH_64", "CORECLR_PROFILER_PATH_ARM64", "CORECLR_NOTIFICATION_PROFILERS",
        "LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "OPENSSL_CONF", "OPENSSL_MODULES", "OPENSSL_ENGINES",
        .. Runtime("DiagnosticPorts"), .. Runtime("GCName"), .. Runtime("GCPath"), .. Runtime("AltJitName"),
    ];

    /// <summary>Refused unless they say no.</summary>
    private static readonly string[] Switches =
        ["CORECLR_ENABLE_PROFILING", "CORECLR_ENABLE_NOTIFICATION_PROFILERS", .. Runtime("DbgEnableMiniDump"), .. Runtime("EnableEventPipe")];

    private static readonly string[] Named =
        ["SSL_CERT_FILE", "SSL_CERT_DIR", "LD_LIBRARY_PATH", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

    /// <summary>Refuses to go on.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.ForeignCode"/>; values are not repeated.</exception>
    public static void Refuse(AgentEnvironment environment)
    {
        string[] found = [.. Refused.Where(name => environment.Variable(name) is not null), .. Switches.Where(name => environment.Variable(name) is not (null or "0"))];
        if (found.Length > 0)
        {
            throw new AgentException(
                AgentFault.ForeignCode,
                $"The environment sets {string.Join(", ", found)}: with that, code of others runs in this process or reads its memory, and could sign in your name. "
                + "Find the step that sets it (GITHUB_ENV), sign in a job of its own, or clear the variable for this step with 'env:'.");
        }
    }

    /// <summary>A setting of the runtime, in either spelling of its prefix.</summary>
    private static string[] Runtime(string name) => [$"DOTNET_{name}", $"COMPlus_{name}"];

    /// <summary>What moves trust or traffic, by name; none is wrong in itself.</summary>
    public static IReadOnlyList<string> Notable(AgentEnvironment environment) => [.. Named.Where(name => environment.Variable(name) is not null)];
}

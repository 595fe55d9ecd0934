using System.Diagnostics;
using System.Globalization;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;

namespace SigningAction.Benchmarks.Running;

/// <summary>The real authority in a process of its own, with an empty ledger on the disk and without a limit on how much one caller may ask.</summary>
internal sealed class AuthorityProcess : IAsyncDisposable
{
    /// <summary>Entries are signed before there is an authority.</summary>
    private static readonly LedgerOptions AnybodysEntries = new() { Signers = EntrySigners.Anybody };

    private static readonly LimitOptions NoLimit = new() { RequestsPerSecond = 1_000_000, Burst = 10_000_000, InFlight = 100_000 };

    private readonly Process _process;

    private AuthorityProcess(Process process, string url) => (_process, Url) = (process, url);

    public string Url { get; }

    /// <summary>Processor time so far.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Largest resident memory so far.</summary>
    public long PeakBytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    /// <summary>Sets up an authority and runs it; with an issuer it lets the issuer's workflow sign.</summary>
    public static async Task<AuthorityProcess> StartAsync(Scratch scratch, PipelineIssuer? issuer = null, string? cores = null, LimitOptions? limits = null)
    {
        var folder = scratch.New($"authority-{Guid.NewGuid():N}");
        var url = FreeUrl();
        await SetUpAsync(folder, url, issuer, limits);
        return await ServeAsync(folder, url, cores);
    }

    /// <summary>An address of this machine that nobody listens on.</summary>
    public static string FreeUrl() => $"http://127.0.0.1:{LoopbackPort.Next()}";

    /// <summary>Runs an authority that was set up for this URL; it listens when this returns.</summary>
    /// <param name="folder">Its directory.</param>
    /// <param name="url">Its URL.</param>
    /// <param name="cores">The cores that it may use, as <c>taskset</c> lists them; null for all.</param>
    public static async Task<AuthorityProcess> ServeAsync(string folder, string url, string? cores = null)
    {
        var (program, arguments) = cores is null ? (Program(), (string[])[]) : ("taskset", ["-c", cores, Program()]);
        var process = Process.Start(new ProcessStartInfo(program, [.. arguments, "serve", folder])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_ROOT"] = DotnetRoot() },
        })!;
        var log = process.StandardError.ReadToEndAsync();
        return await process.StandardOutput.ReadLineAsync() is { } line && line.StartsWith("Listening", StringComparison.Ordinal)
            ? new AuthorityProcess(process, url)
            : throw new InvalidOperationException($"The authority did not start: {await log}");
    }

    /// <summary>Makes the directory of an authority, without limits unless they are given.</summary>
    public static async Task SetUpAsync(string folder, string url, PipelineIssuer? issuer = null, LimitOptions? limits = null)
    {
        IssuerOptions[] issuers = issuer is null ? [] : [new IssuerOptions { Url = issuer.Url, Kind = IssuerKind.GitHubActions }];
        await AuthoritySetup.CreateAsync(
            folder, new AuthoritySetupOptions { Url = url, Organization = "example.org", Issuers = issuers, Limits = limits ?? NoLimit, Ledger = AnybodysEntries }, TimeProvider.System);
        if (issuer is { Run: var run })
        {
            await File.WriteAllTextAsync(
                AuthorityPaths.Of(folder).Policy,
                $"""
                version: 1
                issuer: {issuer.Url}
                allow:
                  - name: releases
                    repository_id: {run.RepositoryId}
                    owner_id: {run.OwnerId}
                    workflow: {run.WorkflowFile}
                    ref: {run.Ref}
                    event: {run.Event}

                """);
        }
    }

    /// <summary>What it asks to be trusted with.</summary>
    public async Task<TrustedRoot> TrustedRootAsync()
    {
        using var connection = await Connection.OpenAsync(Url);
        return TrustedRoot.Parse((await connection.SendAsync(Connection.Request("GET", "/trusted_root.json", "application/json", []))).Span);
    }

    public async ValueTask DisposeAsync()
    {
        Libc.Stop(_process.Id);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>The published one where it is named, else the one that was built with this program.</summary>
    private static string Program() => Environment.GetEnvironmentVariable("SIGNINGACTION_AUTHORITY") is { Length: > 0 } published
        ? published
        : Path.Combine(AppContext.BaseDirectory, "signing-authority");

    /// <summary>A framework-dependent program finds the runtime that this one runs on.</summary>
    public static string DotnetRoot() =>
        Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}

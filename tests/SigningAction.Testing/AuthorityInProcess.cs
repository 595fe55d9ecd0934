using Microsoft.Extensions.DependencyInjection;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Hosting;
using SigningAction.Authority.Ledger;

namespace SigningAction.Testing;

/// <summary>
/// A real authority: made by <c>init</c> in a directory of its own, served by Kestrel on a free port of loopback, with a <see cref="PipelineIssuer"/> as
/// the issuer it accepts. Only the process is missing.
/// </summary>
public sealed class AuthorityInProcess : IAsyncDisposable
{
    private readonly ServiceProvider _clients;
    private readonly AuthorityInProcessOptions _options;
    private AuthorityHost? _host;

    private AuthorityInProcess(string directory, string url, PipelineIssuer issuer, AuthorityInProcessOptions options)
    {
        (Directory, Url, Issuer, _options) = (directory, url, issuer, options);
        var services = new ServiceCollection();
        _ = services.AddHttpClient("authority", client => client.BaseAddress = new Uri(url));
        _ = services.AddHttpClient("other", client => client.BaseAddress = new Uri(OtherUrl));
        _clients = services.BuildServiceProvider();
        Client = _clients.GetRequiredService<IHttpClientFactory>().CreateClient("authority");
        OtherClient = _clients.GetRequiredService<IHttpClientFactory>().CreateClient("other");
    }

    /// <summary>The authority's directory, as <c>init</c> made it.</summary>
    public string Directory { get; }

    /// <summary>Base URL, <c>http://127.0.0.1:PORT</c>.</summary>
    public string Url { get; }

    /// <summary>The issuer that it accepts.</summary>
    public PipelineIssuer Issuer { get; }

    /// <summary>A client whose base address is <see cref="Url"/>.</summary>
    public HttpClient Client { get; }

    /// <summary>The same place under loopback's other host name, <c>http://localhost:PORT</c>: where a second log can be.</summary>
    public string OtherUrl => Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

    /// <summary>A client whose base address is <see cref="OtherUrl"/>.</summary>
    public HttpClient OtherClient { get; }

    /// <summary>The running server.</summary>
    public AuthorityHost Host => _host ?? throw new InvalidOperationException("The authority is stopped.");

    /// <summary>The layout of <see cref="Directory"/>.</summary>
    public AuthorityPaths Paths => AuthorityPaths.Of(Directory);

    /// <summary>Makes and starts one.</summary>
    public static async Task<AuthorityInProcess> StartAsync(AuthorityInProcessOptions? options = null)
    {
        options ??= new AuthorityInProcessOptions();
        var issuer = await PipelineIssuer.StartAsync(options.Time);
        for (var attempt = 0; ; attempt++)
        {
            var folder = System.IO.Directory.CreateTempSubdirectory("authority-").FullName;
            try
            {
                return await StartAsync(Path.Combine(folder, "authority"), issuer, options);
            }
            catch (Exception e)
            {
                System.IO.Directory.Delete(folder, recursive: true);
                if (e is not IOException || attempt == 3)
                {
                    throw;
                }

                // Another process took the port in between.
            }
        }
    }

    private static async Task<AuthorityInProcess> StartAsync(string directory, PipelineIssuer issuer, AuthorityInProcessOptions options)
    {
        var url = $"http://127.0.0.1:{LoopbackPort.Next()}";
        await AuthoritySetup.CreateAsync(
            directory,
            new AuthoritySetupOptions
            {
                Url = url,
                Organization = "octo",
                Issuers = options.Issuers?.Invoke(issuer) ?? [new IssuerOptions { Url = issuer.Url, Kind = IssuerKind.GitHubActions, SingleUse = options.SingleUse }],
                RsaKeys = options.RsaKeys,
                Limits = options.Limits,
                Bundles = options.Bundles,
                Ledger = new LedgerOptions { Signers = options.Signers },
                Clock = options.Clock,
            },
            options.Time);
        var authority = new AuthorityInProcess(directory, url, issuer, options);
        try
        {
            await File.WriteAllTextAsync(authority.Paths.Policy, options.Policy?.Invoke(issuer) ?? AllowPolicy(issuer));
            await authority.StartAgainAsync();
            return authority;
        }
        catch
        {
            await authority.CloseClientsAsync();
            throw;
        }
    }

    /// <summary>The policy that allows <see cref="PipelineIssuer.Run"/> as it is now, and nothing else.</summary>
    public static string AllowPolicy(PipelineIssuer issuer) => $"""
        version: 1
        issuer: {issuer.Url}
        allow:
          - name: releases of the test
            repository_id: {issuer.Run.RepositoryId}
            owner_id: {issuer.Run.OwnerId}
            event: {issuer.Run.Event}
            workflow: {issuer.Run.WorkflowFile}
            ref: {issuer.Run.Ref}

        """;

    /// <summary>Stops it; <see cref="StartAgainAsync"/> starts it in the same directory.</summary>
    public async Task StopAsync()
    {
        if (_host is { } host)
        {
            _host = null;
            await host.DisposeAsync();
        }
    }

    /// <summary>Starts what was stopped.</summary>
    public async Task StartAgainAsync() => _host = await AuthorityHost.StartAsync(
        Directory,
        new AuthorityHostOptions
        {
            Time = _options.Time,
            Keys = _options.Keys,
            Serials = _options.Serials,
            Configure = builder =>
            {
                builder.Logging.ClearProviders().AddProvider(_options.Log);
                _options.Configure?.Invoke(builder);
            },
        });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await CloseClientsAsync();
        System.IO.Directory.Delete(Path.GetDirectoryName(Directory)!, recursive: true);
        await Issuer.DisposeAsync();
    }

    private async Task CloseClientsAsync()
    {
        Client.Dispose();
        OtherClient.Dispose();
        await _clients.DisposeAsync();
    }
}

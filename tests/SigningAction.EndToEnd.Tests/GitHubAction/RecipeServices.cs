using System.Runtime.Versioning;
using SigningAction.Agent.Pipelines.GitHubActions;
using SigningAction.Agent.Signing;
using SigningAction.EndToEnd.Tests.BothWays;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;
using SigningAction.Testing.Tuf;

namespace SigningAction.EndToEnd.Tests.GitHubAction;

/// <summary>
/// Who signs for a recipe's step, on this machine: the live authority in the place of a URL (behind TLS where the recipe names a private CA), or the forged instance that the recipe's
/// mode asks for, its services by a signing config and its trusted root by file, or by TUF where the recipe says so.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class RecipeServices : IAsyncDisposable
{
    private readonly RecipeStep _step;
    private readonly LiveAuthority _authority;
    private readonly List<IAsyncDisposable> _running = [];
    private readonly List<IDisposable> _held = [];
    private SmallSigstore? _sigstore;
    private TrustedRoot? _root;
    private string _url = "";
    private TufRepository? _tuf;
    private string _tufUrl = "";
    private string? _certificate;

    private RecipeServices(RecipeStep step, LiveAuthority authority)
    {
        (_step, _authority) = (step, authority);
        Expected = new Expectation(authority.Folder, authority.TrustedRoot, authority.Identity, authority.Issuer.Url);
    }

    /// <summary>What a verifier is told to expect.</summary>
    public Expectation Expected { get; private set; }

    public static async Task<RecipeServices> StartAsync(RecipeStep step, LiveAuthority authority)
    {
        _ = Installed.Authority;
        var services = new RecipeServices(step, authority);
        if (step.IsAtGitHub)
        {
            await services.ForgeAsync();
        }
        else if (step.Environment.Any(variable => variable.Name == "SSL_CERT_FILE"))
        {
            var relay = services.Hold(new RelayedAuthority(authority));
            var ca = services.Hold(new PrivateAuthority());
            services._running.Add(await relay.StartAsync(ca.Server));
            (services._url, services._certificate) = (relay.Url, ca.Pem);
        }
        else
        {
            services._url = authority.Url;
        }

        return services;
    }

    /// <summary>Puts the files that the step names into the workspace, and addresses of this machine into its inputs.</summary>
    public (string Name, string Value)[] Prepare(ActionRunner runner, IReadOnlyList<(string Name, string Value)> with)
    {
        runner.Write(".github/sigstore/trusted_root.json", File.ReadAllText(_authority.TrustedRoot));
        runner.Write(".github/sigstore/signing_config.json", File.ReadAllText(_authority.SigningConfig));
        if (_certificate is not null)
        {
            runner.Write(".github/network-ca.pem", _certificate);
        }

        if (_sigstore is null)
        {
            return [.. with.Select(input => input.Name == ActionInputs.Authority.Name ? (input.Name, _url) : input)];
        }

        runner.Variables["ACTIONS_ID_TOKEN_REQUEST_URL"] = _url + "/token?api-version=2.0";
        runner.Variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "runner";
        var isPublic = _step.Authority == PublicGood.Name;
        runner.Write("forged_config.json", System.Text.Encoding.UTF8.GetString(SmallSigstore.ConfigAt(_url, timestamps: true, isPublic ? [1] : [])));
        if (_step.Value(ActionInputs.TufRoot.Name) is { } first)
        {
            runner.Write(first, System.Text.Encoding.UTF8.GetString(_tuf!.InitialRoot));
            return [.. with, (ActionInputs.SigningConfig.Name, "forged_config.json"), (ActionInputs.TufUrl.Name, _tufUrl)];
        }

        runner.Write("forged_root.json", System.Text.Encoding.UTF8.GetString(_root!.ToJson()));
        return [.. with, (ActionInputs.SigningConfig.Name, "forged_config.json"), (ActionInputs.TrustedRoot.Name, "forged_root.json")];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _running)
        {
            await server.DisposeAsync();
        }

        _held.ForEach(held => held.Dispose());
        _sigstore?.Dispose();
        _tuf?.Dispose();
    }

    private async Task ForgeAsync()
    {
        var isPublic = _step.Authority == PublicGood.Name;
        _sigstore = new SmallSigstore(TimeProvider.System, isPublic ? new InMemorySigstore("sigstore.test", "sigstore.test") : InMemorySigstore.GitHub());
        _root = isPublic ? _sigstore.Rekor1.Log.In(_sigstore.Root) : _sigstore.Root;
        var server = await HandlerServer.StartAsync(_sigstore);
        _running.Add(server);
        _url = server.Url;
        _tuf = new TufRepository(TimeProvider.System.GetUtcNow());
        _tuf.Targets["trusted_root.json"] = _root.ToJson();
        _tuf.Publish();
        var tuf = await TufServer.StartAsync(_tuf);
        _running.Add(tuf);
        _tufUrl = tuf.Url;
        var root = _authority.NewFile("trusted_root.json", System.Text.Encoding.UTF8.GetString(_root.ToJson()));
        Expected = new Expectation(_authority.Folder, root, InMemorySigstore.Workflow.SignerUri, "https://token.example") { HasLogs = isPublic };
    }

    private T Hold<T>(T held)
        where T : IDisposable
    {
        _held.Add(held);
        return held;
    }
}

using SigningAction.Testing.Tuf;

namespace SigningAction.Verifier.Tests.Trust;

/// <summary>A workspace whose instance publishes its trusted root by TUF, on a server of this machine; the cache is a folder of its own.</summary>
public sealed class TrustWorkspace : IAsyncDisposable
{
    private readonly Workspace _workspace = new();

    private TrustWorkspace(DateTimeOffset now)
    {
        Repository = new TufRepository(now) { Targets = { ["trusted_root.json"] = _workspace.Sigstore.TrustedRoot.ToJson() } };
        Repository.Publish();
        Clock = new MovableClock { Now = now };
        Time = Clock;
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        File.WriteAllBytes(FirstRoot, Repository.InitialRoot);
    }

    public static DateTimeOffset Now { get; } = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public TufRepository Repository { get; }

    public TufServer Server { get; private set; } = null!;

    /// <summary>The time that is told; waiting takes real time.</summary>
    public MovableClock Clock { get; }

    /// <summary>The clock of the next run.</summary>
    public TimeProvider Time { get; set; }

    public string FirstRoot => _workspace.Under("first.root.json");

    public string CacheHome => _workspace.Under("cache");

    /// <summary>The one folder of the cache.</summary>
    public string Cache => Directory.GetDirectories(Path.Combine(CacheHome, "signing-verifier", "tuf")).Single();

    public string Under(string name) => _workspace.Under(name);

    public Workspace Plain => _workspace;

    public static async Task<TrustWorkspace> StartAsync()
    {
        var workspace = new TrustWorkspace(Now);
        workspace.Server = await TufServer.StartAsync(workspace.Repository);
        return workspace;
    }

    /// <summary>The options that name the repository.</summary>
    public string[] Tuf => ["--tuf-url", Server.Url, "--tuf-root", FirstRoot];

    public Outcome Verify(params string[] args) => Run(["verify", _workspace.Artifact, "--repo", "octo/app", .. Tuf, .. args]);

    public Outcome Update(params string[] args) => Run(["trust", "update", .. Tuf, .. args]);

    public Outcome Show(params string[] args) => Run(["trust", "show", .. Tuf, .. args]);

    public Outcome Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var surroundings = new Surroundings
        {
            Variable = name => name == "XDG_CACHE_HOME" ? CacheHome : null,
            Time = Time,
        };
        var exit = SigningVerifier.Run(args, output, error, surroundings);
        return new Outcome((ExitCode)exit, output.ToString(), error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Repository.Dispose();
        _workspace.Dispose();
    }
}

/// <summary>A clock that tests move, whose timers run as usual: processes that wait for one another need them.</summary>
public sealed class MovableClock : TimeProvider
{
    public DateTimeOffset Now { get; set; }

    public override DateTimeOffset GetUtcNow() => Now;

    public void Advance(TimeSpan time) => Now += time;
}

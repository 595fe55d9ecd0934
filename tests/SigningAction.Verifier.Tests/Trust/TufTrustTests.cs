using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing.Tuf;

namespace SigningAction.Verifier.Tests.Trust;

public sealed class TufTrustTests : IAsyncLifetime
{
    private TrustWorkspace _workspace = null!;

    public async ValueTask InitializeAsync() => _workspace = await TrustWorkspace.StartAsync();

    public ValueTask DisposeAsync() => _workspace.DisposeAsync();

    [Fact]
    public void Trust_is_fetched_once_and_then_at_hand()
    {
        Verified(_workspace.Verify());
        var asked = _workspace.Server.Asked.Count;
        Verified(_workspace.Verify());
        Verified(_workspace.Verify("--offline"));
        Assert.Equal(asked, _workspace.Server.Asked.Count);
    }

    [Fact]
    public void Offline_nothing_is_fetched_at_all()
    {
        var outcome = _workspace.Verify("--offline");
        Assert.Equal((ExitCode.NotChecked, "NOT_CHECKED"), (outcome.Exit, outcome.Reason));
        Assert.Contains("trust update", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(_workspace.Server.Asked);
        Assert.Equal(ExitCode.Usage, _workspace.Update("--offline").Exit);
    }

    // K-03
    [Fact]
    public void Offline_expired_trust_says_how_old_it_is_and_counts_only_when_accepted()
    {
        Verified(_workspace.Update());
        _workspace.Clock.Advance(TimeSpan.FromDays(17));
        _workspace.Server.Asked.Clear();
        var outcome = _workspace.Verify("--offline");
        Assert.Equal((ExitCode.NotChecked, "TUF_EXPIRED"), (outcome.Exit, outcome.Reason));
        Assert.Contains("10 days ago", outcome.Error, StringComparison.Ordinal);
        Verified(_workspace.Verify("--offline", "--accept-expired-trust"));
        Assert.Contains("expired 10 days ago", _workspace.Show().Out, StringComparison.Ordinal);
        Assert.Empty(_workspace.Server.Asked);
    }

    [Fact]
    public void Expired_trust_is_fetched_again_and_a_repository_that_stands_still_is_refused()
    {
        Verified(_workspace.Update());
        _workspace.Clock.Advance(TimeSpan.FromDays(8));
        Refused("TUF_EXPIRED", _workspace.Verify());
        _workspace.Repository.Now = _workspace.Clock.GetUtcNow();
        _workspace.Repository.PublishTimestamp();
        Verified(_workspace.Verify());
    }

    // K-01
    [Fact]
    public void After_a_rotation_of_every_key_old_bundles_still_verify()
    {
        Verified(_workspace.Update());
        var repository = _workspace.Repository;
        var old = repository.Roots;
        (repository.Roots, repository.Online) = ([repository.New(), repository.New()], [repository.New()]);
        repository.PublishRoot(old);
        repository.Publish();
        Verified(_workspace.Update());
        Verified(_workspace.Verify("--offline"));
        Assert.Equal(2, _workspace.Show("--format", "json").Json.GetProperty("origin").GetProperty("tuf").GetProperty("rootVersion").GetInt32());
    }

    [Fact]
    public void A_bad_update_leaves_the_trust_that_was_there()
    {
        Verified(_workspace.Update());
        var repository = _workspace.Repository;
        repository.Publish();
        var snapshot = repository.Files["2.snapshot.json"];
        repository.Files["2.snapshot.json"] = [.. snapshot[..^1], (byte)' '];
        Refused("TUF_MISMATCH", _workspace.Update());
        Verified(_workspace.Verify("--offline"));

        repository.Files["2.snapshot.json"] = snapshot;
        Verified(_workspace.Update());
        repository.TimestampVersion = 0;
        repository.PublishTimestamp();
        Refused("TUF_ROLLBACK", _workspace.Update());

        repository.TimestampVersion = 5;
        repository.Targets["trusted_root.json"] = "{}"u8.ToArray();
        repository.Publish();
        Refused("TRUSTED_ROOT_MALFORMED", _workspace.Update());
        Verified(_workspace.Verify("--offline"));
    }

    [Theory]
    [InlineData("timestamp.json")]
    [InlineData("1.snapshot.json")]
    [InlineData("1.targets.json")]
    [InlineData("targets")]
    public void A_poisoned_cache_is_refused_offline_and_fetched_again_online(string name)
    {
        Verified(_workspace.Update());
        var path = name == "targets" ? Directory.GetFiles(Path.Combine(_workspace.Cache, name)).Single() : Path.Combine(_workspace.Cache, name);
        var bytes = File.ReadAllBytes(path);
        bytes[^10] ^= 1;
        File.WriteAllBytes(path, bytes);
        var offline = _workspace.Verify("--offline");
        Assert.Equal(ExitCode.NotChecked, offline.Exit);
        Assert.StartsWith("TUF_", offline.Reason, StringComparison.Ordinal);
        Verified(_workspace.Verify());
        Verified(_workspace.Verify("--offline"));
    }

    [Fact]
    public void A_cache_of_another_repository_is_no_trust()
    {
        Verified(_workspace.Update());
        using var stranger = new TufRepository(TrustWorkspace.Now) { Targets = { ["trusted_root.json"] = "{}"u8.ToArray() } };
        stranger.Publish();
        foreach (var (name, bytes) in stranger.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_workspace.Cache, name))!);
            File.WriteAllBytes(Path.Combine(_workspace.Cache, name), bytes);
        }

        Refused("TUF_SIGNATURE", _workspace.Verify("--offline"));
    }

    // K-09
    [Theory]
    [InlineData("2.root.json")]
    [InlineData("timestamp.json")]
    [InlineData("1.snapshot.json")]
    [InlineData("1.targets.json")]
    public void Endless_data_is_cut_off(string path)
    {
        _workspace.Server.Misbehaviour[path] = TufServer.Endless;
        Refused("NOT_CHECKED", _workspace.Update());
    }

    [Fact]
    public async Task A_repository_that_stalls_is_given_up()
    {
        var clock = new FakeTimeProvider(TrustWorkspace.Now);
        _workspace.Time = clock;
        _workspace.Server.Misbehaviour["timestamp.json"] = TufServer.Stall;
        var update = Task.Run(() => _workspace.Update());
        while (!update.IsCompleted)
        {
            // Time stands still until the server has begun to answer.
            if (_workspace.Server.Asked.Contains("timestamp.json"))
            {
                clock.Advance(TimeSpan.FromSeconds(30));
            }

            await Task.WhenAny(update, Task.Delay(20, TestContext.Current.CancellationToken));
        }

        Refused("NOT_CHECKED", await update);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://127.0.0.1:1/")]
    [InlineData("/repo/timestamp.json")]
    public void A_redirect_is_no_answer(string location)
    {
        _workspace.Server.Misbehaviour["timestamp.json"] = context =>
        {
            context.Response.Redirect(location);
            return Task.CompletedTask;
        };
        Refused("NOT_CHECKED", _workspace.Update());
    }

    [Fact]
    public void A_bucket_that_forbids_instead_of_saying_absent_is_understood()
    {
        _workspace.Server.Misbehaviour["2.root.json"] = context =>
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        };
        Verified(_workspace.Update());
    }

    [Fact]
    public async Task Processes_share_a_cache()
    {
        var runs = Enumerable.Range(0, 8).Select(_ => Task.Run(() => _workspace.Update())).ToArray();
        foreach (var run in await Task.WhenAll(runs))
        {
            Verified(run);
        }

        Verified(_workspace.Verify("--offline"));
        Assert.Empty(Directory.GetFiles(_workspace.Cache, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_late_writer_does_not_bring_older_trust_back()
    {
        _workspace.Repository.Publish();
        Verified(_workspace.Update());
        var newer = File.ReadAllBytes(Path.Combine(_workspace.Cache, "timestamp.json"));
        Verified(_workspace.Update());
        Assert.Equal(newer, File.ReadAllBytes(Path.Combine(_workspace.Cache, "timestamp.json")));
        Assert.Equal(newer, _workspace.Repository.Files["timestamp.json"]);
    }

    [Fact]
    public void A_folder_is_a_repository_too()
    {
        var folder = _workspace.Under("mirror");
        foreach (var (name, bytes) in _workspace.Repository.Files)
        {
            var path = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, bytes);
        }

        string[] tuf = ["--tuf-url", new Uri(folder).AbsoluteUri, "--tuf-root", _workspace.FirstRoot, "--offline"];
        Verified(_workspace.Run(["verify", _workspace.Plain.Artifact, "--repo", "octo/app", .. tuf]));
        Assert.Empty(_workspace.Server.Asked);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_fails_an_update_but_no_verification()
    {
        File.WriteAllText(_workspace.CacheHome, "no folder");
        Verified(_workspace.Verify());
        Refused("NOT_CHECKED", _workspace.Update());
    }

    [Fact]
    public void A_cache_that_cannot_be_read_is_told_and_the_older_built_in_root_does_not_stand_for_it()
    {
        // A folder where a file should be cannot be read by anybody, root included.
        var repository = new Uri("https://tuf-repo-cdn.sigstore.dev/");
        var name = $"{repository.IdnHost}-{Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(repository.AbsoluteUri)).ToString()[..16]}";
        var cache = Path.Combine(_workspace.CacheHome, "signing-verifier", "tuf", name);
        Directory.CreateDirectory(cache);
        Assert.Equal(ExitCode.Verified, _workspace.Run("trust", "show").Exit);
        Directory.CreateDirectory(Path.Combine(cache, "timestamp.json"));
        var outcome = _workspace.Run("trust", "show");
        Refused("NOT_CHECKED", outcome);
        Assert.Contains("could not be read", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cache_that_cannot_be_read_is_fetched_again_and_offline_it_is_told()
    {
        Verified(_workspace.Update());
        var timestamp = Path.Combine(_workspace.Cache, "timestamp.json");
        File.Delete(timestamp);
        Directory.CreateDirectory(timestamp);
        var offline = _workspace.Verify("--offline");
        Refused("NOT_CHECKED", offline);
        Assert.Contains("could not be read", offline.Error, StringComparison.Ordinal);
        Verified(_workspace.Verify());
    }

    [Fact]
    public void A_lock_is_waited_for_only_while_another_process_holds_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a link to itself is an error of its own kind on Linux");
        Verified(_workspace.Update());
        var held = Path.Combine(_workspace.Cache, "lock");
        File.Delete(held);
        File.CreateSymbolicLink(held, held);
        _workspace.Repository.Publish();
        var waits = new Waits();
        _workspace.Time = waits;
        Refused("NOT_CHECKED", _workspace.Update());
        Assert.DoesNotContain(TimeSpan.FromMilliseconds(20), waits.Asked);
    }

    private static void Verified(Outcome outcome) => Assert.Equal((string.Empty, ExitCode.Verified), (outcome.Error, outcome.Exit));

    private static void Refused(string code, Outcome outcome)
    {
        Assert.Equal(code, outcome.Reason);
        Assert.Equal(ExitCode.NotChecked, outcome.Exit);
    }

    /// <summary>A clock that remembers for how long it was asked to wait.</summary>
    private sealed class Waits : TimeProvider
    {
        public System.Collections.Concurrent.ConcurrentBag<TimeSpan> Asked { get; } = [];

        public override DateTimeOffset GetUtcNow() => TrustWorkspace.Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Asked.Add(dueTime);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}

using System.Security.Cryptography;
using SigningAction.EndToEnd.Tests.Ledger;
using SigningAction.EndToEnd.Tests.Programs;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Faults;

/// <summary>An authority that took a few entries and was stopped in good order: the one that is copied and broken. Its OIDC service goes on.</summary>
public sealed class StoppedAuthority : IAsyncLifetime
{
    /// <summary>Entries in its signature log.</summary>
    public const int Entries = 3;

    private readonly LiveAuthority _live = new() { IsLogOpen = true };

    /// <summary>Its folder.</summary>
    public string Folder => _live.AuthorityFolder;

    /// <summary>The OIDC service that it and its copies accept.</summary>
    public PipelineIssuer Issuer => _live.Issuer;

    /// <summary>What it asks to be trusted with.</summary>
    public TrustedRoot Root { get; private set; } = null!;

    /// <summary>Root of the tree of its entries.</summary>
    public Sha256Digest TreeRoot { get; private set; }

    public async ValueTask InitializeAsync()
    {
        await _live.InitializeAsync();
        if (!Installed.HasAuthority)
        {
            return;
        }

        Root = TrustedRoot.Parse(await File.ReadAllBytesAsync(_live.TrustedRoot));
        using (var http = Http.Client(_live.Url))
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            var entries = Enumerable.Range(0, Entries).Select(_ => new SignedEntry(key)).ToList();
            foreach (var entry in entries)
            {
                Assert.NotNull((await entry.SendAsync(http)).Index);
            }

            TreeRoot = TileLog.Root([.. entries.Select(entry => new ReadOnlyMemory<byte>(entry.Leaf))], Entries);
        }

        Assert.Equal(0, await _live.StopAsync());
    }

    public ValueTask DisposeAsync() => _live.DisposeAsync();
}

using System.Security.Cryptography;

namespace SigningAction.EndToEnd.Tests.Ledger;

/// <summary>One writer of log entries: signs fresh digests with a key of its own and keeps what was acknowledged.</summary>
internal sealed class EntryWriter(HttpClient http) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int _count;

    /// <summary>Index and leaf of every entry that the log said it has.</summary>
    public List<(long Index, byte[] Leaf)> Acknowledged { get; } = [];

    /// <summary>How many these are, for other threads while it writes.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Writes until the server goes away; nothing is retried, so what is not acknowledged stays unknown.</summary>
    public async Task WriteAsync(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await WriteOneAsync(stop);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The server was killed under this request.
        }
    }

    /// <summary>Writes one entry and checks its proof.</summary>
    public async Task WriteOneAsync(CancellationToken stop)
    {
        var entry = new SignedEntry(_key);
        if ((await entry.SendAsync(http, stop)).Index is { } index)
        {
            Acknowledged.Add((index, entry.Leaf));
            Volatile.Write(ref _count, Acknowledged.Count);
        }
    }

    public void Dispose() => _key.Dispose();
}

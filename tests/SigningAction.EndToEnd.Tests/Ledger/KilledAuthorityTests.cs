using System.Text.Json.Nodes;
using SigningAction.EndToEnd.Tests.Running;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Testing;

namespace SigningAction.EndToEnd.Tests.Ledger;

/// <summary>The authority dies without warning under load, again and again. What it acknowledged is there, at its index, and no history is ever rewritten.</summary>
public sealed class KilledAuthorityTests(LiveAuthority authority) : IClassFixture<LiveAuthority>
{
    private const int Kills = 20;
    private const int Writers = 64;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_when_the_authority_is_killed_under_64_writers_20_times()
    {
        await AllowLoadAsync();
        var root = TrustedRoot.Parse(await File.ReadAllBytesAsync(authority.TrustedRoot, TestContext.Current.CancellationToken));
        var log = root.Logs.Single();
        using var http = NewClient();
        var tiles = new TileLog(http, "/api/v2", NoteKey.ForLog(log.Origin, log.Key));
        List<Checkpoint> published = [];
        var acknowledged = new Dictionary<long, byte[]>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await WriteAndKillAsync(acknowledged, Writers + (29 * (kill % 7)));
            await authority.StartAsync();
            published.Add(await tiles.CheckpointAsync());
        }

        var leaves = await tiles.LeavesAsync(published[^1]);
        Assert.True(acknowledged.Count >= Kills * Writers, $"only {acknowledged.Count} entries were acknowledged");
        Assert.All(acknowledged, entry => Assert.True(leaves[(int)entry.Key].Span.SequenceEqual(entry.Value), $"entry {entry.Key} is not what was acknowledged"));
        Assert.All(published, checkpoint => Assert.Equal(checkpoint.Root, TileLog.Root(leaves, checkpoint.Size)));
        Assert.Equal(0, await authority.StopAsync());
        await authority.DoneAsync("fsck", authority.AuthorityFolder);
        await authority.StartAsync();
    }

    /// <summary>L-12: whoever reads a checkpoint finds every tile of it, partial ones at its very width, however far the log has gone on.</summary>
    [Fact]
    public async Task A_checkpoint_that_is_served_has_all_of_its_tiles_while_8_writers_go_on()
    {
        await AllowLoadAsync();
        var log = TrustedRoot.Parse(await File.ReadAllBytesAsync(authority.TrustedRoot, TestContext.Current.CancellationToken)).Logs.Single();
        using var http = NewClient();
        using var stop = new CancellationTokenSource();
        var tiles = new TileLog(http, "/api/v2", NoteKey.ForLog(log.Origin, log.Key));
        List<EntryWriter> writers = [.. Enumerable.Range(0, 8).Select(_ => new EntryWriter(http))];
        var writing = Task.WhenAll(writers.Select(writer => writer.WriteAsync(stop.Token)));
        var size = 0L;
        for (var read = 0; read < 50; read++)
        {
            // Each a later one, or it would be read while nobody writes.
            Checkpoint? checkpoint = null;
            await Eventually.TrueAsync(
                async () => (checkpoint = await tiles.CheckpointAsync()).Size > size || writing.IsCompleted, () => $"The log does not grow.\n{authority.Log}");
            Assert.False(writing.IsCompleted, "the writers have stopped");
            _ = await tiles.LeavesAsync(checkpoint!);
            size = checkpoint!.Size;
        }

        await stop.CancelAsync();
        await writing;
        writers.ForEach(writer => writer.Dispose());
    }

    private async Task WriteAndKillAsync(Dictionary<long, byte[]> acknowledged, int after)
    {
        using var http = NewClient();
        using var stop = new CancellationTokenSource();
        List<EntryWriter> writers = [.. Enumerable.Range(0, Writers).Select(_ => new EntryWriter(http))];
        var writing = Task.WhenAll(writers.Select(writer => writer.WriteAsync(stop.Token)));

        // Answers are counted, so that every kill hits a server at work, each at another moment of it.
        await Eventually.TrueAsync(() => writers.Sum(writer => writer.Count) >= after || writing.IsCompleted, () => $"The authority acknowledges nothing.\n{authority.Log}");
        await authority.KillAsync();
        await stop.CancelAsync();
        await writing;
        foreach (var (index, leaf) in writers.SelectMany(writer => writer.Acknowledged))
        {
            Assert.True(acknowledged.TryAdd(index, leaf), $"index {index} was given twice");
        }

        writers.ForEach(writer => writer.Dispose());
    }

    /// <summary>All writers come from one address here, and have no certificate.</summary>
    private async Task AllowLoadAsync()
    {
        await authority.StopAsync();
        var path = Path.Combine(authority.AuthorityFolder, "authority.json");
        var json = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        json["limits"]!["requestsPerSecond"] = 1_000_000;
        json["limits"]!["burst"] = 1_000_000;
        json["ledger"]!["signers"] = "Anybody";
        await File.WriteAllTextAsync(path, json.ToJsonString());
        await authority.StartAsync();
    }

    private HttpClient NewClient() => Http.Client(authority.Url);
}

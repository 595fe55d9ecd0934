using System.Net;
using System.Text;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;

namespace SigningAction.Agent.Signing;

/// <summary>Proves an entry that a log has already from its public tiles (C2SP tlog-tiles), for a log that does not hand its answer out again.</summary>
internal sealed class TileProof(ServiceClient services, ServiceAddress address, TrustedRoot root)
{
    /// <summary>Checkpoints that are waited for until one covers the entry: a log publishes one every few seconds.</summary>
    private const int Checkpoints = 30;

    /// <summary>The entry with a proof that it is at <paramref name="index"/>. The checkpoint's signature is for the verification of the whole bundle to judge.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.LogConflict"/>: what stands there is not ours; or the log is not to be had.</exception>
    public async Task<LogEntry> FetchAsync(byte[] body, long index, CancellationToken cancellation)
    {
        var (note, checkpoint) = await CheckpointAsync(index, cancellation);
        var log = root.Logs.FirstOrDefault(l => l.Origin == checkpoint.Origin)
            ?? throw Conflict("its checkpoint is of a log that the trusted root does not list");

        // Once to learn which tiles the proof needs, once with them.
        var tiles = new Dictionary<TilePath, ReadOnlyMemory<byte>>();
        MerkleProof.Inclusion(index, checkpoint.Size, HashTile.Reader(checkpoint.Size, path => tiles[path] = new byte[path.Width * Sha256Digest.Size]));
        foreach (var path in tiles.Keys.ToList())
        {
            tiles[path] = await TileAsync(path, cancellation);
        }

        var proof = MerkleProof.Inclusion(index, checkpoint.Size, HashTile.Reader(checkpoint.Size, path => tiles[path]));
        return MerkleProof.VerifyInclusion(index, checkpoint.Size, MerkleTree.LeafHash(body), proof, checkpoint.Root)
            ? new LogEntry
            {
                LogIndex = index,
                LogId = log.LogId.ToArray(),
                Kind = HashedRekordEntry.Kind,
                Version = HashedRekordEntry.Version,
                InclusionProof = new InclusionProof(index, checkpoint.Size, checkpoint.Root, proof, note),
                CanonicalizedBody = body,
            }
            : throw Conflict("the entry that it points to is not ours");
    }

    private async Task<(string Note, Checkpoint Checkpoint)> CheckpointAsync(long index, CancellationToken cancellation)
    {
        for (var i = 0; i < Checkpoints; i++)
        {
            var answer = await GetAsync("checkpoint", "text/plain", cancellation);
            answer.RequireSuccess();
            var note = Encoding.UTF8.GetString(answer.Body.Span);
            var checkpoint = Checkpoint.ParseText(SignedNote.Parse(note).Text);
            if (checkpoint.Size > index)
            {
                return (note, checkpoint);
            }

            await services.PauseAsync(TimeSpan.FromSeconds(2), cancellation);
        }

        throw Conflict("none of its checkpoints covers the entry");
    }

    private async Task<ReadOnlyMemory<byte>> TileAsync(TilePath path, CancellationToken cancellation)
    {
        var answer = await GetAsync($"tile/{path}", "application/octet-stream", cancellation);
        if (answer.Status == HttpStatusCode.NotFound && !path.IsFull)
        {
            // A partial tile may go when the full one is there.
            answer = await GetAsync($"tile/{path with { Width = Limits.TileWidth }}", "application/octet-stream", cancellation);
        }

        answer.RequireSuccess();
        return answer.Body.Length >= path.Width * Sha256Digest.Size ? answer.Body : throw Conflict("one of its tiles is too short");
    }

    private Task<ServiceAnswer> GetAsync(string path, string type, CancellationToken cancellation) => services.SendAsync(
        new ServiceRequest
        {
            Service = "the transparency log",
            Method = HttpMethod.Get,
            Address = address.At($"api/v2/{path}"),
            Accept = type,
        },
        cancellation);

    private AgentException Conflict(string why) => new(
        AgentFault.LogConflict,
        $"The transparency log ({address.Uri.GetLeftPart(UriPartial.Authority)}) says that it has this entry, but {why}. Nothing was written; run again for a new signature, and if it stays so tell whoever runs the log.");
}

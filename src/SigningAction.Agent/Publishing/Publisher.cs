using System.Diagnostics.CodeAnalysis;

namespace SigningAction.Agent.Publishing;

/// <summary>
/// Publishes what was signed. Every place fails alone: the others get the bundles all the same, and what became of each is told. The places work side by side;
/// one place gets its bundles one after the other, which keeps under GitHub's limit on requests that create something.
/// </summary>
public sealed class Publisher(IReadOnlyList<IPublishingTarget> targets)
{
    /// <summary>Queues that are worked off side by side. Many images are often in one registry, and Docker alone uploads five layers at once: so this is three of it.</summary>
    private const int QueuesAtOnce = 16;

    /// <summary>Publishes every bundle everywhere it belongs; the result is in the order of the targets, then of the bundles.</summary>
    /// <param name="bundles">What was signed and verified.</param>
    /// <param name="known">What an earlier run says that it published (see <see cref="PublicationKey"/>). A place looks for itself what it has; only a number that it does not tell, and what fails no run, are taken from here.</param>
    /// <param name="done">Sees each success as soon as it is one, so that it can be remembered.</param>
    /// <param name="cancellation">Stops the run.</param>
    public async Task<IReadOnlyList<Publication>> PublishAsync(
        IReadOnlyList<PublishableBundle> bundles,
        IReadOnlyDictionary<PublicationKey, Publication>? known = null,
        Action<PublicationKey, Publication>? done = null,
        CancellationToken cancellation = default)
    {
        var results = new IReadOnlyList<Publication>[targets.Count];
        var queues = targets.Select((target, index) => (target, index)).GroupBy(t => t.target.Queue, StringComparer.Ordinal);
        await Parallel.ForEachAsync(queues, new ParallelOptions { MaxDegreeOfParallelism = QueuesAtOnce, CancellationToken = cancellation }, async (queue, stop) =>
        {
            AgentException? down = null;
            foreach (var (target, index) in queue)
            {
                (results[index], down) = await PublishAsync(target, down, bundles, known, done, stop);
            }
        });
        return [.. results.SelectMany(r => r)];
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A fault of ours over what one place answers must not take from the others what is theirs, nor from the run its report.")]
    private static async Task<(List<Publication> Results, AgentException? Down)> PublishAsync(
        IPublishingTarget target,
        AgentException? down,
        IReadOnlyList<PublishableBundle> bundles,
        IReadOnlyDictionary<PublicationKey, Publication>? known,
        Action<PublicationKey, Publication>? done,
        CancellationToken cancellation)
    {
        var results = new List<Publication>();
        foreach (var bundle in bundles.Where(target.Takes))
        {
            var key = new PublicationKey(target.Name, bundle.Digest);
            var before = known?.GetValueOrDefault(key);
            if (before is not null && target.Optional)
            {
                results.Add(before with { Bundle = bundle.Name, BundleDigest = bundle.Digest, State = PublicationState.AlreadyThere, Optional = true });
                continue;
            }

            try
            {
                // A service that was down for the whole budget is not waited for again with every bundle, nor by the next place of its queue.
                var published = down is null ? await target.PublishAsync(bundle, cancellation) : throw down;
                results.Add(Numbered(published, before) with { BundleDigest = bundle.Digest, Optional = target.Optional });
                done?.Invoke(key, results[^1]);
            }
            catch (AgentException e)
            {
                down = e.Fault is AgentFault.ServiceUnavailable or AgentFault.TlsUntrusted ? e : null;
                results.Add(new Publication(target.Name, bundle.Name, PublicationState.Failed) { BundleDigest = bundle.Digest, Problem = e.Message, ServerText = e.ServerText, Optional = target.Optional });
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                results.Add(new Publication(target.Name, bundle.Name, PublicationState.Failed) { BundleDigest = bundle.Digest, Problem = $"A fault of signing-agent itself ({e.GetType().Name}) over what it answered.", Optional = target.Optional });
            }
        }

        return (results, down);
    }

    /// <summary>With the number that the place gave it earlier, which its lists do not tell. It comes from a file that others can write: it is a number, of a page below the place's own.</summary>
    private static Publication Numbered(Publication found, Publication? before) =>
        found is { Id: null, Url: { } page } && before is { Id: { Length: > 0 } id } && id.All(char.IsAsciiDigit) && before.Url == $"{page}/{id}"
            ? found with { Id = id, Url = before.Url }
            : found;
}

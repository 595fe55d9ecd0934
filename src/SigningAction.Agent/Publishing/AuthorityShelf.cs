using System.Net;
using SigningAction.Agent.Services;

namespace SigningAction.Agent.Publishing;

/// <summary>
/// Brings finished bundles to the authority that signed, so that verifiers find them by the artifact. What was signed is good without it: a failure is told, and ends nothing.
/// </summary>
internal sealed class AuthorityShelf(ServiceClient client, TimeProvider time)
{
    private const string Path = "api/v1/bundles";

    /// <summary>Bundles on their way at once, as many as signatures: the authority makes those that come together durable together, and looks at the others meanwhile.</summary>
    private const int BundlesAtOnce = 32;

    /// <summary>Time in which one more bundle must be answered: a job must not wait for what it can do without. However many there are, while they get fewer they go on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Brings the bundles, side by side; one that is refused keeps none of the others out. In all it takes no longer than a run waits for its services.</summary>
    /// <returns>One sentence where something was not taken, which may hold untrusted text; null where all were, or where the authority keeps no bundles.</returns>
    public async Task<string?> KeepAsync(string authority, IReadOnlyList<ReadOnlyMemory<byte>> bundles, CancellationToken cancellation)
    {
        var address = ServiceAddress.Parse(authority, "the authority (--authority)").At(Path);
        using var patience = new CancellationTokenSource(Patience, time);
        using var end = new CancellationTokenSource(client.Budget.Total > Patience ? client.Budget.Total : Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, end.Token, cancellation);
        var kept = 0;
        var keepsNone = false;
        string? refused = null;
        try
        {
            await Parallel.ForEachAsync(bundles, new ParallelOptions { MaxDegreeOfParallelism = BundlesAtOnce, CancellationToken = either.Token }, async (bundle, stop) =>
            {
                if (Volatile.Read(ref keepsNone))
                {
                    return;
                }

                var answer = await client.SendAsync(
                    new ServiceRequest
                    {
                        Service = "the authority",
                        Method = HttpMethod.Post,
                        Address = address,
                        Accept = "application/json",
                        ContentType = "application/json",
                        Body = bundle.ToArray(),
                    },
                    stop);
                patience.CancelAfter(Patience);
                if (answer.Status is HttpStatusCode.OK or HttpStatusCode.Created)
                {
                    _ = Interlocked.Increment(ref kept);
                }
                else if (answer.Status == HttpStatusCode.NotFound)
                {
                    Volatile.Write(ref keepsNone, true);
                }
                else
                {
                    var why = $"it answers HTTP {(int)answer.Status}: {ServiceRefusal.Read(answer.Body.Span)?.Text ?? "without a reason"}";
                    _ = Interlocked.CompareExchange(ref refused, why, null);
                }
            });
            return keepsNone || refused is null ? null : NotKept(kept, bundles.Count, refused);
        }
        catch (AgentException e)
        {
            return NotKept(kept, bundles.Count, e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return NotKept(kept, bundles.Count, "it does not take them in time.");
        }
    }

    private static string NotKept(int kept, int all, string why) =>
        $"Signed, but the authority keeps only {kept} of {all} bundles for verifiers (--authority there finds the others not; the files that were written are complete): {why}";
}

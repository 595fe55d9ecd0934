using System.Globalization;
using System.Net;
using SigningAction.Agent.Services;

namespace SigningAction.Agent.Publishing;

/// <summary>
/// Brings finished bundles to the authority that signed, so that verifiers find them by the artifact. What was signed is good without it: a failure is told, and ends nothing.
/// </summary>
internal sealed class AuthorityShelf(ServiceClient client, TimeProvider time)
{
    /// <summary>Its name among the places.</summary>
    public const string TargetName = "the authority";

    private const string Path = "api/v1/bundles";

    /// <summary>Bundles on their way at once, as many as signatures: the authority makes those that come together durable together, and looks at the others meanwhile.</summary>
    private const int BundlesAtOnce = 32;

    /// <summary>Time in which one more bundle must be answered: a job must not wait for what it can do without. However many there are, while they get fewer they go on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Brings the bundles, side by side; one that is refused keeps none of the others out. In all it takes no longer than a run waits for its services.</summary>
    /// <returns>
    /// What it keeps and what it does not, in a row each however many they are: a run may have ten thousand. Its problem may hold untrusted text. None where the authority keeps no bundles.
    /// </returns>
    public async Task<IReadOnlyList<Publication>> KeepAsync(string authority, IReadOnlyList<PublishableBundle> bundles, CancellationToken cancellation)
    {
        var address = ServiceAddress.Parse(authority, "the authority (--authority)").At(Path);
        using var patience = new CancellationTokenSource(Patience, time);
        using var end = new CancellationTokenSource(client.Budget.Total > Patience ? client.Budget.Total : Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, end.Token, cancellation);
        var answers = new Lock();
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
                        Body = bundle.Json.ToArray(),
                    },
                    stop);
                lock (answers)
                {
                    patience.CancelAfter(Patience);
                    if (answer.Status is HttpStatusCode.OK or HttpStatusCode.Created)
                    {
                        kept++;
                    }
                    else if (answer.Status == HttpStatusCode.NotFound)
                    {
                        Volatile.Write(ref keepsNone, true);
                    }
                    else
                    {
                        refused ??= $"it answers HTTP {(int)answer.Status}: {ServiceRefusal.Read(answer.Body.Span)?.Text ?? "without a reason"}";
                    }
                }
            });
            return keepsNone ? [] : Rows(authority, bundles, kept, refused ?? "");
        }
        catch (AgentException e)
        {
            return Rows(authority, bundles, kept, e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Rows(authority, bundles, kept, "it does not take them in time.");
        }
    }

    private static List<Publication> Rows(string authority, IReadOnlyList<PublishableBundle> bundles, int kept, string why)
    {
        var rows = new List<Publication>();
        if (kept > 0)
        {
            rows.Add(new Publication(TargetName, Named(bundles, kept), PublicationState.Published) { Id = authority, Optional = true });
        }

        if (kept < bundles.Count)
        {
            rows.Add(new Publication(TargetName, Named(bundles, bundles.Count - kept), PublicationState.Failed)
            {
                Problem = $"Signed, but the authority keeps only {kept} of {bundles.Count} bundles for verifiers (--authority there finds the others not; the files that were written are complete): {why}",
                Optional = true,
            });
        }

        return rows;
    }

    private static string Named(IReadOnlyList<PublishableBundle> bundles, int count) =>
        bundles is [var only] ? only.Name : string.Create(CultureInfo.InvariantCulture, $"{count} of {bundles.Count} bundles");
}

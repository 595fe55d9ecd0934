using System.Net;
using SigningAction.Agent.Services;

namespace SigningAction.Agent.Publishing;

/// <summary>
/// Brings finished bundles to the authority that signed, so that verifiers find them by the artifact. What was signed is good without it: a failure is told, and ends nothing.
/// </summary>
internal sealed class AuthorityShelf(ServiceClient client, TimeProvider time)
{
    private const string Path = "api/v1/bundles";

    /// <summary>Time for all bundles of a run: a job must not wait for what it can do without.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Brings the bundles, one after another; one that is refused keeps none of the others out.</summary>
    /// <returns>One sentence where something was not taken, which may hold untrusted text; null where all were, or where the authority keeps no bundles.</returns>
    public async Task<string?> KeepAsync(string authority, IReadOnlyList<ReadOnlyMemory<byte>> bundles, CancellationToken cancellation)
    {
        var address = ServiceAddress.Parse(authority, "the authority (--authority)").At(Path);
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        var kept = 0;
        string? refused = null;
        try
        {
            foreach (var bundle in bundles)
            {
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
                    either.Token);
                if (answer.Status == HttpStatusCode.NotFound)
                {
                    return null;
                }

                if (answer.Status is HttpStatusCode.OK or HttpStatusCode.Created)
                {
                    kept++;
                }
                else
                {
                    refused ??= $"it answers HTTP {(int)answer.Status}: {ServiceRefusal.Read(answer.Body.Span)?.Text ?? "without a reason"}";
                }
            }

            return refused is null ? null : NotKept(kept, bundles.Count, refused);
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

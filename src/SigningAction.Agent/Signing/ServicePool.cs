using SigningAction.Agent.Services;

namespace SigningAction.Agent.Signing;

/// <summary>Services of one kind, of which some must answer: where one is down, one of the others stands in (ANY and EXACT of a signing config; ALL has no others).</summary>
/// <param name="Candidates">The preferred ones first.</param>
/// <param name="Needed">How many must answer.</param>
public sealed record ServicePool(IReadOnlyList<ServiceAddress> Candidates, int Needed)
{
    /// <summary>Tries at a service before another is asked in its place.</summary>
    private const int TriesBeforeTheNext = 3;

    /// <summary>Asks as many as are needed, at the same time. When one fails for good the others are not waited for.</summary>
    /// <param name="budget">Of the run: while it lasts, those that were down are asked again in turn.</param>
    /// <param name="ask">Asks one; the number is how often it may try, null for as long as the budget lasts.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <exception cref="AgentException">The last failure of a service for which nobody could stand in.</exception>
    public async Task<IReadOnlyList<T>> AskAsync<T>(WaitBudget budget, Func<ServiceAddress, int?, CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var spares = new Queue<ServiceAddress>(Candidates.Skip(Needed));
        var asked = Candidates.Take(Needed).Select(first => AskOneAsync(first, spares, budget, ask, together.Token)).ToList();
        try
        {
            await foreach (var done in Task.WhenEach(asked))
            {
                await done;
            }
        }
        catch
        {
            await together.CancelAsync();

            // Ended, not only asked to end: the caller frees what they use. What they say no longer matters.
            await ((Task)Task.WhenAll(asked)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return await Task.WhenAll(asked);
    }

    private static async Task<T> AskOneAsync<T>(
        ServiceAddress service, Queue<ServiceAddress> spares, WaitBudget budget, Func<ServiceAddress, int?, CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        while (true)
        {
            var before = budget.Left;
            try
            {
                bool hasSpare;
                lock (spares)
                {
                    hasSpare = spares.Count > 0;
                }

                return await ask(service, hasSpare ? TriesBeforeTheNext : null, cancellation);
            }
            catch (AgentException e) when (e.Fault is AgentFault.ServiceUnavailable or AgentFault.NotTheService or AgentFault.TlsUntrusted)
            {
                lock (spares)
                {
                    if (!spares.TryDequeue(out var next))
                    {
                        throw;
                    }

                    // One that was down may be back later. One that is something else, or that asked for more time than there is, is out: it used up no budget.
                    if (e.Fault == AgentFault.ServiceUnavailable && budget.Left is var left && left > TimeSpan.Zero && left < before)
                    {
                        spares.Enqueue(service);
                    }

                    service = next;
                }
            }
        }
    }
}

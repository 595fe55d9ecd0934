using System.Net;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Trust.Tuf;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Signing;

/// <summary>
/// Fetches a target of a TUF repository by the client workflow of its specification (section 5). Nothing is kept between runs: a job's machine is new, so what stops an old repository
/// is that its timestamp has expired.
/// </summary>
internal sealed class TufRepositoryClient(ServiceClient services, ServiceAddress repository, TimeProvider time)
{
    /// <summary>The target's bytes, proven from <paramref name="root"/> on.</summary>
    /// <exception cref="EvidenceException">A TUF code, <see cref="FailureCode.TooLarge"/> or <see cref="FailureCode.TooMany"/>.</exception>
    /// <exception cref="AgentException">The repository is not to be had.</exception>
    public async Task<ReadOnlyMemory<byte>> TargetAsync(TufTrust root, string target, CancellationToken cancellation)
    {
        // One time for the whole update (section 5.1).
        var trust = root.Refresh(time.GetUtcNow());
        while (trust.Next is { } next)
        {
            trust = await GetAsync(next, cancellation) is { } file ? trust.Accept(file.Span) : trust.Absent();
        }

        var fetch = trust.Target(target);
        var bytes = await GetAsync(fetch, cancellation) ?? throw new EvidenceException(FailureCode.TufMissing, $"The TUF repository lacks {fetch.Path}.");
        trust.RequireTarget(target, bytes.Span);
        return bytes;
    }

    /// <summary>A file; null when it does not exist. A bucket that lists nothing says 403 of one that is not there.</summary>
    private async Task<ReadOnlyMemory<byte>?> GetAsync(TufFetch fetch, CancellationToken cancellation)
    {
        var answer = await services.SendAsync(
            new ServiceRequest
            {
                Service = "the TUF repository",
                Method = HttpMethod.Get,
                Address = repository.At(fetch.Path),
                Accept = "*/*",
                Advice = "Check tuf-url, or give the trusted root as a file.",
            },
            cancellation);
        if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            return null;
        }

        answer.RequireSuccess();
        return answer.Body.Length <= fetch.MaxBytes
            ? answer.Body
            : throw new EvidenceException(FailureCode.TooLarge, $"The TUF repository's {fetch.Path} has {answer.Body.Length} bytes, {fetch.MaxBytes} is the most.");
    }
}

using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Trust;

namespace SigningAction.Agent.Signing;

/// <summary>A transparency log of API version 2 (<c>POST /api/v2/log/entries</c>).</summary>
public sealed class TileLogClient(ServiceClient services, ServiceAddress address, TrustedRoot root)
{
    /// <summary>
    /// Submits an entry. Every try sends the same bytes, so a log that took the first one and lost the answer gives the same index again, or says that it has
    /// the entry (409), which is then proven from its tiles: one entry, whatever was lost on the way. What comes back is unproven.
    /// </summary>
    /// <exception cref="AgentException"><see cref="AgentFault.LogConflict"/>, refused, or not to be had.</exception>
    public async Task<LogEntry> SubmitAsync(LogSubmission submission, int? tries, CancellationToken cancellation)
    {
        var entry = submission.Entry;
        var body = new Request(new HashedRekord(
            entry.Digest.ToArray(),
            new EntrySignature(entry.Signature.ToArray(), new Verifier(new RawBytes(entry.Verifier.ToArray()), entry.KeyDetails))));
        var answer = await services.SendAsync(
            new ServiceRequest
            {
                Service = "the transparency log",
                Method = HttpMethod.Post,
                Address = address.At("api/v2/log/entries"),
                Body = JsonSerializer.SerializeToUtf8Bytes(body, AgentJson.Default.RekorRequest),
                ContentType = "application/json",
                Accept = "application/json",
                Tries = tries,
            },
            cancellation);
        if (answer.Status == HttpStatusCode.Conflict)
        {
            // Our signature is random, so nobody else can have logged it: it is our own earlier try, whose answer was lost.
            return long.TryParse(answer.Header("x-log-index"), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                ? await new TileProof(services, address, root).FetchAsync(entry.CanonicalBody(), index, cancellation)
                : throw new AgentException(
                    AgentFault.LogConflict,
                    $"The transparency log ({address.Uri.GetLeftPart(UriPartial.Authority)}) took this entry in an earlier try and does not say where it is. Nothing was written; run again for a new signature.");
        }

        answer.RequireSuccess();
        return LogEntry.Parse(answer.Body.Span);
    }

    internal sealed record Request(HashedRekord HashedRekordRequestV002);

    internal sealed record HashedRekord(byte[] Digest, EntrySignature Signature);

    internal sealed record EntrySignature(byte[] Content, Verifier Verifier);

    internal sealed record Verifier(RawBytes X509Certificate, string KeyDetails);

    internal sealed record RawBytes(
        [property: JsonPropertyName("rawBytes")] byte[] Bytes);
}

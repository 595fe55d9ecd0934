using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Transparency;

namespace SigningAction.Agent.Signing;

/// <summary>A transparency log of API version 2 (<c>POST /api/v2/log/entries</c>).</summary>
public sealed class RekorClient(ServiceClient services, ServiceAddress address)
{
    /// <summary>
    /// Submits an entry. Every try sends the same bytes, so a log that took the first one and lost the answer gives the same index again.
    /// What comes back is unproven.
    /// </summary>
    /// <exception cref="AgentException"><see cref="AgentFault.LogConflict"/>, refused, or not to be had.</exception>
    public async Task<LogEntry> SubmitAsync(HashedRekordEntry entry, CancellationToken cancellation)
    {
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
            },
            cancellation);
        if (answer.Status == HttpStatusCode.Conflict)
        {
            // Our signature is random, so nobody else can have logged it: it is our own earlier try, whose answer was lost.
            throw new AgentException(
                AgentFault.LogConflict,
                $"The transparency log ({address.Uri.GetLeftPart(UriPartial.Authority)}) took this entry in an earlier try and does not hand it out again. Nothing was written; run again for a new signature.");
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

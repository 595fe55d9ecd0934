using SigningAction.Agent.Services;
using SigningAction.Evidence.Timestamps;

namespace SigningAction.Agent.Signing;

/// <summary>A timestamp authority (RFC 3161 over HTTP, section 3.4); its address is complete.</summary>
public sealed class TimestampClient(ServiceClient services, ServiceAddress address)
{
    /// <summary>The DER response for a stamp over <paramref name="signature"/>: it answers this very request, everything else about it is unproven.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.AnswerForAnother"/>, refused, or not to be had.</exception>
    public async Task<ReadOnlyMemory<byte>> StampAsync(ReadOnlyMemory<byte> signature, int? tries, CancellationToken cancellation)
    {
        var request = TimestampRequest.ForSignature(signature.Span);
        var answer = await services.SendAsync(
            new ServiceRequest
            {
                Service = "the timestamp authority",
                Method = HttpMethod.Post,
                Address = address.Uri,
                Body = request.Encode(),
                ContentType = "application/timestamp-query",
                Accept = "application/timestamp-reply",
                Tries = tries,
            },
            cancellation);
        answer.RequireSuccess();
        var response = TimestampResponse.Parse(answer.Body);
        if (!response.IsGranted)
        {
            throw new AgentException(
                AgentFault.RefusedByService,
                $"The timestamp authority ({address.Uri.GetLeftPart(UriPartial.Authority)}) refused to stamp (status {response.Status}). Its answer says why.")
            {
                ServerText = response.Text,
            };
        }

        // The nonce says that the stamp was made now and for us, and is not an old one played again.
        return TimestampToken.Parse(answer.Body).Answers(request)
            ? answer.Body
            : throw new AgentException(
                AgentFault.AnswerForAnother,
                $"The timestamp authority ({address.Uri.GetLeftPart(UriPartial.Authority)}) answered another request than ours. Nothing was written; run again, and if it stays so ask whoever runs it.");
    }
}

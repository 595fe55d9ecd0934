using System.Net;
using System.Text;
using System.Text.Json;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Signing;

/// <summary>
/// A transparency log of API version 1 (<c>POST /api/v1/log/entries</c>): the public instance's default. Plain signatures become <c>hashedrekord 0.0.1</c>, attestations
/// <c>dsse 0.0.1</c>. It promises the time of inclusion, which stands for a timestamp where no timestamp authority is used.
/// </summary>
public sealed class Rekor1Client(ServiceClient services, ServiceAddress address)
{
    /// <summary>UUID of an entry: 64 digits, with 16 of its tree before them.</summary>
    private const int LongestUuid = 80;

    /// <summary>Submits an entry; one that the log has already (409) is fetched, and the bundle's verification says whether it is ours. What comes back is unproven.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.LogConflict"/>, refused, or not to be had.</exception>
    public async Task<LogEntry> SubmitAsync(LogSubmission submission, int? tries, CancellationToken cancellation)
    {
        var answer = await services.SendAsync(
            Request(HttpMethod.Post, "api/v1/log/entries") with { Body = Proposal(submission), ContentType = "application/json", Tries = tries }, cancellation);
        if (answer.Status == HttpStatusCode.Conflict)
        {
            var uuid = answer.Header("Location")?.Split('/')[^1];
            answer = uuid is { Length: > 0 and <= LongestUuid } && uuid.All(char.IsAsciiHexDigit)
                ? await services.SendAsync(Request(HttpMethod.Get, $"api/v1/log/entries/{uuid}"), cancellation)
                : throw new AgentException(
                    AgentFault.LogConflict,
                    $"The transparency log ({address.Uri.GetLeftPart(UriPartial.Authority)}) took this entry in an earlier try and does not say where it is. Nothing was written; run again for a new signature.");
        }

        answer.RequireSuccess();
        return Read(answer);
    }

    private ServiceRequest Request(HttpMethod method, string path) => new()
    {
        Service = "the transparency log",
        Method = method,
        Address = address.At(path),
        Accept = "application/json",
    };

    private static byte[] Proposal(LogSubmission submission)
    {
        var pem = Encoding.UTF8.GetBytes(Pem.OfCertificate(submission.Entry.Verifier.Span));
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "0.0.1");
            json.WriteString("kind", submission.Envelope is null ? "hashedrekord" : "dsse");
            json.WriteStartObject("spec");
            if (submission.Envelope is { } envelope)
            {
                json.WriteStartObject("proposedContent");
                json.WriteString("envelope", Envelope(envelope));
                json.WriteStartArray("verifiers");
                json.WriteBase64StringValue(pem);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            else
            {
                json.WriteStartObject("data");
                json.WriteStartObject("hash");
                json.WriteString("algorithm", "sha256");
                json.WriteString("value", Convert.ToHexStringLower(submission.Entry.Digest.Span));
                json.WriteEndObject();
                json.WriteEndObject();
                json.WriteStartObject("signature");
                json.WriteBase64String("content", submission.Entry.Signature.Span);
                json.WriteStartObject("publicKey");
                json.WriteBase64String("content", pem);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>The envelope as text; the same text each time, so that a repeat is the same entry.</summary>
    private static string Envelope(DsseEnvelope envelope)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteBase64String("payload", envelope.Payload.Span);
            json.WriteString("payloadType", envelope.PayloadType);
            json.WriteStartArray("signatures");
            json.WriteStartObject();
            json.WriteBase64String("sig", envelope.Signature.Span);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>One entry under its UUID, in hexadecimal where a bundle has base64.</summary>
    private static LogEntry Read(ServiceAnswer answer)
    {
        try
        {
            if (answer.Json(AgentJson.Default.Rekor1Answer).Values.Single() is not
                {
                    Body: { } body, LogID: { } log, Verification: { InclusionProof: { Checkpoint: { } checkpoint, Hashes: { } hashes } proof } verification,
                } entry)
            {
                throw new FormatException("a member is missing");
            }

            using var kind = JsonDocument.Parse(body);
            return new LogEntry
            {
                LogIndex = entry.LogIndex,
                LogId = Convert.FromHexString(log),
                Kind = kind.RootElement.GetProperty("kind").GetString() ?? throw new FormatException("no kind"),
                Version = kind.RootElement.GetProperty("apiVersion").GetString() ?? throw new FormatException("no version"),
                IntegratedTime = entry.IntegratedTime,
                InclusionPromise = verification.SignedEntryTimestamp,
                InclusionProof = new InclusionProof(
                    proof.LogIndex,
                    proof.TreeSize,
                    Digest(proof.RootHash),
                    [.. hashes.Take(Limits.ProofHashes + 1).Select(Digest)],
                    checkpoint),
                CanonicalizedBody = body,
            };
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or JsonException or KeyNotFoundException)
        {
            throw answer.NotTheService("answers with something that is not a log entry", e);
        }
    }

    private static Sha256Digest Digest(string? hex) => Sha256Digest.TryParseHex(hex, out var digest) ? digest : throw new FormatException("no SHA-256");

    internal sealed record Entry(byte[]? Body, long IntegratedTime, string? LogID, long LogIndex, Verification? Verification);

    internal sealed record Verification(byte[]? SignedEntryTimestamp, Proof? InclusionProof);

    internal sealed record Proof(string? Checkpoint, IReadOnlyList<string?>? Hashes, long LogIndex, string? RootHash, long TreeSize);
}

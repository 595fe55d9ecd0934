using System.Formats.Asn1;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Authority.Exchange;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Probe;

/// <summary>
/// Asks for what must not be given. Granted is a failure, and so is refused for another reason: an authority that refuses everything, or whose
/// checks moved behind each other, looks well to whoever only counts refusals.
/// </summary>
internal sealed class RefusalProbe(ProbeClient client, ProbeSigner signer, ProbeToken token, IReadOnlyList<(string Reason, string Token)> refusedTokens)
{
    /// <summary>Every case: its name, and what asks and compares.</summary>
    /// <param name="certificate">A certificate of this run; null leaves out the cases that need one.</param>
    /// <param name="log">The log that signers use; null leaves out the cases that need it.</param>
    public IEnumerable<(string Name, Func<CancellationToken, Task<string>> Ask)> Cases(byte[]? certificate, ProbeClient? log)
    {
        yield return Exchange("no token", null, TokenRefusals.Text(TokenRefusal.Missing));
        yield return Exchange("a broken signature", token.WithBrokenSignature(), TokenRefusals.Text(TokenRefusal.SignatureInvalid));
        yield return Exchange("a changed claim", token.WithClaim("repository", "somebody/else"), TokenRefusals.Text(TokenRefusal.SignatureInvalid));
        yield return Exchange("another audience", token.WithClaim("aud", "somebody-else"), TokenRefusals.Text(TokenRefusal.SignatureInvalid));
        yield return Exchange("an unknown issuer", token.WithClaim("iss", "https://issuer.invalid"), TokenRefusals.Text(TokenRefusal.UnknownIssuer));
        yield return Exchange("an unknown key", token.WithHeader("kid", "probe-unknown-key"), TokenRefusals.Text(TokenRefusal.UnknownKey));
        yield return Exchange("no algorithm", token.WithHeader("alg", "none"), TokenRefusals.Text(TokenRefusal.AlgorithmNotAllowed));
        yield return Exchange("a key of its own", token.WithHeader("jku", "https://issuer.invalid/keys"), TokenRefusals.Text(TokenRefusal.HeaderNotAllowed));

        // Possession is looked at last: a token that is refused before, as the exchange has told already, says nothing about it.
        yield return ("refuse: another's key", cancellation => certificate is null ? throw ProbeException.Skipped() : AskAsync(
            client, ProbeSigner.Exchange, Json(signer.Request(token.Text, token.Subject + "x")), "application/json", PossessionRefusals.Text(PossessionRefusal.ProofInvalid), cancellation));
        yield return ("refuse: no request", cancellation => AskAsync(client, ProbeSigner.Exchange, "{"u8.ToArray(), "application/json", "REQUEST_MALFORMED", cancellation));
        yield return ("refuse: a stamp over SHA-1", cancellation => AskAsync(client, ProbeSigner.Timestamp, Sha1Request(), "application/timestamp-query", "HASH_NOT_ALLOWED", cancellation));
        if (certificate is not null && log is not null)
        {
            yield return ("refuse: an entry that nobody signed", cancellation => AskAsync(
                log, ProbeSigner.Entries, Json(signer.Record(certificate, Sha256Digest.Of("another"u8))), "application/json", FailureCodes.Text(FailureCode.SignatureInvalid), cancellation));
        }

        for (var i = 0; i < refusedTokens.Count; i++)
        {
            var (reason, given) = refusedTokens[i];
            yield return Exchange($"token {i + 1} that was given", given, reason, ProbeToken.Parse(given).Subject);
        }
    }

    private (string Name, Func<CancellationToken, Task<string>> Ask) Exchange(string name, string? sent, string reason, string? subject = null) =>
        ($"refuse: {name}", cancellation => AskAsync(client, ProbeSigner.Exchange, Json(signer.Request(sent, subject ?? token.Subject)), "application/json", reason, cancellation));

    private static async Task<string> AskAsync(ProbeClient asked, string path, byte[] body, string mediaType, string reason, CancellationToken cancellation)
    {
        var answer = await asked.PostAsync(path, body, mediaType, cancellation);
        if (answer.Status is >= 200 and < 300)
        {
            throw ProbeException.Wrong($"It was granted, and must be refused with {reason} (correlation id {ProbeAnswer.Printable(answer.CorrelationId ?? "none")}).");
        }

        if (answer.Status is >= 400 and < 500 && answer.Status != StatusCodes.Status429TooManyRequests && answer.Reason == reason)
        {
            return $"Refused with {reason}.";
        }

        // An outage is no refusal: nothing is known then.
        throw new ProbeException(
            answer.Status is StatusCodes.Status429TooManyRequests or >= 500 ? ProbeOutcome.Unreachable : ProbeOutcome.Failed,
            $"It answers {answer.Status} {ProbeAnswer.Printable(answer.Reason ?? "without a reason")}, and must refuse with {reason}.");
    }

    private static byte[] Json(JsonObject body) => Encoding.UTF8.GetBytes(body.ToJsonString());

    /// <summary>TimeStampReq over twenty zero bytes.</summary>
    private static byte[] Sha1Request()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.3.14.3.2.26");
                    writer.WriteNull();
                }

                writer.WriteOctetString(new byte[20]);
            }
        }

        return writer.Encode();
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;

namespace SigningAction.Authority.Probe;

/// <summary>What a pipeline does, with a key of one run. What is signed is fixed text and worth nothing to anybody.</summary>
public sealed class ProbeSigner(ProbeClient client) : IDisposable
{
    /// <summary>Route of the exchange.</summary>
    public const string Exchange = "/api/v2/signingCert";

    /// <summary>Route of the log's write side.</summary>
    public const string Entries = "/api/v2/log/entries";

    /// <summary>Route of timestamps.</summary>
    public const string Timestamp = "/api/v1/timestamp";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>What is signed.</summary>
    public static ReadOnlyMemory<byte> Artifact { get; } = "signing-authority probe\n"u8.ToArray();

    /// <summary>The signature of this run.</summary>
    public byte[] Signature => field ??= Sign(Artifact.Span);

    /// <summary>The body of an exchange.</summary>
    /// <param name="token">The token; null leaves it out.</param>
    /// <param name="proven">What is signed to prove possession.</param>
    public JsonObject Request(string? token, string proven)
    {
        var body = new JsonObject
        {
            ["publicKeyRequest"] = new JsonObject
            {
                ["publicKey"] = new JsonObject { ["algorithm"] = "ECDSA", ["content"] = _key.ExportSubjectPublicKeyInfoPem() },
                ["proofOfPossession"] = Convert.ToBase64String(Sign(Encoding.UTF8.GetBytes(proven))),
            },
        };
        if (token is not null)
        {
            body["credentials"] = new JsonObject { ["oidcIdentityToken"] = token };
        }

        return body;
    }

    /// <summary>Exchanges a token: the chain, leaf first, and the correlation id.</summary>
    public async Task<(IReadOnlyList<byte[]> Chain, string? CorrelationId)> ExchangeAsync(ProbeToken token, CancellationToken cancellation)
    {
        var answer = (await client.PostAsync(Exchange, Request(token.Text, token.Subject), cancellation)).Require(StatusCodes.Status200OK);
        try
        {
            var pems = answer.Json()?["signedCertificateEmbeddedSct"]?["chain"]?["certificates"] as JsonArray;
            var chain = pems?.Select(pem => Der(pem?.GetValue<string>() ?? "")).ToList() ?? [];
            if (chain.Count < 2)
            {
                throw ProbeException.Wrong("Its answer holds no certificate with its issuer.");
            }

            return SigningCertificate.Parse(chain[0]).Key.Equals(VerificationKey.Of(_key))
                ? (chain, answer.CorrelationId)
                : throw ProbeException.Wrong("The certificate is for another key.");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidOperationException)
        {
            throw ProbeException.Wrong("Its answer holds no certificates in PEM.", e);
        }
    }

    /// <summary>Has the signature stamped.</summary>
    public async Task<ReadOnlyMemory<byte>> StampAsync(CancellationToken cancellation)
    {
        var request = TimestampRequest.ForSignature(Signature);
        var answer = (await client.PostAsync(Timestamp, request.Encode(), "application/timestamp-query", cancellation)).Require(StatusCodes.Status200OK);
        return TimestampToken.Parse(answer.Body).Answers(request) ? answer.Body : throw ProbeException.Wrong("The timestamp answers another request.");
    }

    /// <summary>Has the signature logged.</summary>
    /// <param name="log">The log that signers use.</param>
    /// <param name="certificate">Certificate of this run.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task<LogEntry> LogAsync(ProbeClient log, byte[] certificate, CancellationToken cancellation) =>
        LogEntry.Parse((await log.PostAsync(Entries, Record(certificate, Sha256Digest.Of(Artifact.Span)), cancellation)).Require(StatusCodes.Status201Created).Body.Span);

    /// <summary>The request of a log entry.</summary>
    public JsonObject Record(byte[] certificate, Sha256Digest digest) => new()
    {
        ["hashedRekordRequestV002"] = new JsonObject
        {
            ["digest"] = Convert.ToBase64String(digest.ToArray()),
            ["signature"] = new JsonObject
            {
                ["content"] = Convert.ToBase64String(Signature),
                ["verifier"] = new JsonObject
                {
                    ["x509Certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate) },
                    ["keyDetails"] = "PKIX_ECDSA_P256_SHA_256",
                },
            },
        },
    };

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private static byte[] Der(string pem) => Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]);
}

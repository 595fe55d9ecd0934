using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Timestamps;

namespace SigningAction.Testing;

/// <summary>What a client sends to an authority, step by step and by hand: independent of the agent, which has a client of its own.</summary>
/// <param name="client">Its base address is the authority's.</param>
public sealed class TestSigner(HttpClient client) : IDisposable
{
    /// <summary>The key of this signer.</summary>
    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The body of an exchange.</summary>
    /// <param name="subject">What is signed as proof of possession: the token's <c>sub</c>.</param>
    /// <param name="token">The token; null leaves it out.</param>
    public JsonObject WithPublicKey(string subject, string? token) => Credentials(token, new JsonObject
    {
        ["publicKeyRequest"] = new JsonObject
        {
            ["publicKey"] = new JsonObject { ["algorithm"] = "ECDSA", ["content"] = Key.ExportSubjectPublicKeyInfoPem() },
            ["proofOfPossession"] = Convert.ToBase64String(Sign(Encoding.UTF8.GetBytes(subject))),
        },
    });

    /// <summary>The same with a PKCS#10 request.</summary>
    public JsonObject WithRequest(string? token) => Credentials(token, new JsonObject
    {
        ["certificateSigningRequest"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(
            new CertificateRequest("", Key, HashAlgorithmName.SHA256).CreateSigningRequestPem())),
    });

    /// <summary>Sends JSON.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, JsonNode body, string? bearer = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };

        // The authority may be stopped and started between two requests: none is sent into a connection that has ended.
        request.Headers.ConnectionClose = true;
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        return client.SendAsync(request);
    }

    /// <summary>Exchanges a token of the issuer's run for a certificate.</summary>
    public Task<HttpResponseMessage> ExchangeAsync(PipelineIssuer issuer, string? token = null) =>
        PostAsync("/api/v2/signingCert", WithPublicKey((string)issuer.Claims()["sub"]!, token ?? issuer.IssueToken()));

    /// <summary>The leaf's DER of a good answer.</summary>
    public static async Task<byte[]> ReadLeafAsync(HttpResponseMessage answer)
    {
        var chain = await ReadChainAsync(answer);
        return chain[0];
    }

    /// <summary>The chain of a good answer, DER.</summary>
    public static async Task<IReadOnlyList<byte[]>> ReadChainAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        var pems = JsonNode.Parse(text)?["signedCertificateEmbeddedSct"]?["chain"]?["certificates"]?.AsArray()
            ?? throw new InvalidOperationException($"{answer.StatusCode}: {text}");
        return [.. pems.Select(pem => Der((string)pem!))];
    }

    /// <summary>The request of a log entry over a digest.</summary>
    public static JsonObject Record(byte[] digest, byte[] signature, byte[] certificate, string details = "PKIX_ECDSA_P256_SHA_256") => new()
    {
        ["hashedRekordRequestV002"] = new JsonObject
        {
            ["digest"] = Convert.ToBase64String(digest),
            ["signature"] = new JsonObject
            {
                ["content"] = Convert.ToBase64String(signature),
                ["verifier"] = new JsonObject
                {
                    ["x509Certificate"] = new JsonObject { ["rawBytes"] = Convert.ToBase64String(certificate) },
                    ["keyDetails"] = details,
                },
            },
        },
    };

    /// <summary>A timestamp over a signature: DER in, DER out.</summary>
    public async Task<byte[]> StampAsync(byte[] signature)
    {
        using var content = new ByteArrayContent(TimestampRequest.ForSignature(signature).Encode());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-query");
        var answer = await client.PostAsync("/api/v1/timestamp", content);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    /// <summary>Everything: certificate, signature, timestamp, entry, bundle.</summary>
    public async Task<Bundle> SignAsync(PipelineIssuer issuer, byte[] artifact)
    {
        var certificate = await ReadLeafAsync(await ExchangeAsync(issuer));
        var digest = Sha256Digest.Of(artifact);
        var signature = Sign(artifact);
        var stamp = await StampAsync(signature);
        var logged = await PostAsync("/api/v2/log/entries", Record(digest.ToArray(), signature, certificate));
        var entry = LogEntry.Parse(await logged.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync());
        return Bundle.Create(certificate, MessageSignature.Over(digest, signature), [entry], [stamp]);
    }

    /// <summary>ECDSA over SHA-256, DER.</summary>
    public byte[] Sign(byte[] data) => Key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();

    private static JsonObject Credentials(string? token, JsonObject body)
    {
        if (token is not null)
        {
            body["credentials"] = new JsonObject { ["oidcIdentityToken"] = token };
        }

        return body;
    }

    private static byte[] Der(string pem)
    {
        var fields = PemEncoding.Find(pem);
        return Convert.FromBase64String(pem[fields.Base64Data]);
    }
}

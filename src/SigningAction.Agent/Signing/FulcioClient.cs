using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Signing;

/// <summary>A Fulcio: trades an identity token and a proof of possession for a certificate (<c>POST /api/v2/signingCert</c>).</summary>
public sealed class FulcioClient(ServiceClient services, ServiceAddress address)
{
    /// <summary>The DER of the leaf certificate, unverified. The chain that comes along is passed over: anchors come from the trusted root.</summary>
    /// <exception cref="AgentException">Refused, or not to be had.</exception>
    public async Task<ReadOnlyMemory<byte>> IssueAsync(EphemeralKey key, IdentityToken token, CancellationToken cancellation)
    {
        var body = new Request(new KeyRequest(
            new PublicKey("ECDSA", key.PublicPem),
            key.Sign(Encoding.UTF8.GetBytes(await new PossessionChallenge(services, address).OfAsync(token, cancellation)))));
        var answer = await services.SendAsync(
            new ServiceRequest
            {
                Service = "the certificate authority",
                Method = HttpMethod.Post,
                Address = address.At("api/v2/signingCert"),
                Body = JsonSerializer.SerializeToUtf8Bytes(body, AgentJson.Default.FulcioRequest),
                ContentType = "application/json",
                Accept = "application/json",

                // In the header, as sigstore-go sends it: bodies are what servers and proxies write into their logs.
                Bearer = token.Value,
            },
            cancellation);
        answer.RequireSuccess();
        var wire = answer.Json(AgentJson.Default.FulcioAnswer);

        // The detached form is of a Fulcio without a certificate log, or with an SCT that no bundle can carry: whether that is enough is for the trusted root to say.
        var chain = (wire.SignedCertificateEmbeddedSct ?? wire.SignedCertificateDetachedSct)?.Chain?.Certificates;
        return chain is [{ } leaf, ..]
            ? Pem.TryReadCertificate(leaf, out var der) ? der : throw answer.NotTheService("answers with a certificate that is no PEM")
            : throw answer.NotTheService("answers without a certificate");
    }

    internal sealed record Request(KeyRequest PublicKeyRequest);

    internal sealed record KeyRequest(PublicKey PublicKey, byte[] ProofOfPossession);

    internal sealed record PublicKey(string Algorithm, string Content);

    internal sealed record Answer(Signed? SignedCertificateEmbeddedSct, Signed? SignedCertificateDetachedSct);

    internal sealed record Signed(Chain? Chain);

    internal sealed record Chain(IReadOnlyList<string?>? Certificates);
}

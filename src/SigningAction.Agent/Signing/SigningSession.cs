using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Signing;

/// <summary>One key, one certificate, for minutes. Signs as often as it is asked to, and gives away only bundles that verified.</summary>
public sealed class SigningSession : IDisposable
{
    private readonly SigningServices _services;
    private readonly ServiceClient _client;
    private readonly EphemeralKey _key;
    private readonly SigningCertificate _certificate;
    private readonly Verifier _verifier;

    private SigningSession(SigningServices services, ServiceClient client, EphemeralKey key, SigningCertificate certificate, PipelineIdentity identity)
    {
        _services = services;
        _client = client;
        _key = key;
        _certificate = certificate;
        _verifier = new Verifier(services.Root);
        Identity = identity;
    }

    /// <summary>Who signs: what the authority vouches for in the verified certificate, the source of every provenance value.</summary>
    public PipelineIdentity Identity { get; }

    /// <summary>Makes a key and trades a token for its certificate; the token is asked for when everything else is ready, because it lives five minutes.</summary>
    /// <exception cref="AgentException">No token, no certificate, or one that is not ours.</exception>
    public static async Task<SigningSession> OpenAsync(
        SigningServices services, ServiceClient client, Func<CancellationToken, Task<IdentityToken>> requestToken, TimeProvider time, CancellationToken cancellation)
    {
        var key = new EphemeralKey();
        try
        {
            var token = await requestToken(cancellation);
            var der = await new FulcioClient(client, services.CertificateAuthority).IssueAsync(key, token, cancellation);
            var (certificate, identity) = CertificateCheck.Require(der, key.Public, token, services.Root, time.GetUtcNow());
            return new SigningSession(services, client, key, certificate, identity);
        }
        catch (EvidenceException e)
        {
            key.Dispose();
            throw Refused("The certificate that the authority answered with is refused", "signed", e);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>A plain signature over a file.</summary>
    public Task<FinishedBundle> SignAsync(Sha256Digest artifact, CancellationToken cancellation)
    {
        var signature = _key.SignDigest(artifact.Span);
        return FinishAsync(
            artifact,
            signature,
            (entries, stamps) => Bundle.Create(_certificate.RawBytes, MessageSignature.Over(artifact, signature), entries, stamps),
            Artifact.OfDigest(artifact),
            cancellation);
    }

    /// <summary>An attestation: <paramref name="statement"/> becomes the payload byte for byte.</summary>
    /// <param name="statement">An in-toto statement.</param>
    /// <param name="subject">Digest of one of its subjects, by which the finished bundle is verified.</param>
    /// <param name="cancellation">Stops the run.</param>
    public Task<FinishedBundle> AttestAsync(ReadOnlyMemory<byte> statement, Sha256Digest subject, CancellationToken cancellation)
    {
        var encoding = DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, statement.Span);
        var signature = _key.Sign(encoding);
        return FinishAsync(
            Sha256Digest.Of(encoding),
            signature,
            (entries, stamps) => Bundle.Create(
                _certificate.RawBytes, new DsseEnvelope(DsseEnvelope.InTotoPayloadType, statement, signature), entries, stamps),
            Artifact.OfDigest(subject),
            cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private async Task<FinishedBundle> FinishAsync(
        Sha256Digest signed,
        byte[] signature,
        Func<IReadOnlyList<LogEntry>, IReadOnlyList<ReadOnlyMemory<byte>>, Bundle> assemble,
        Artifact artifact,
        CancellationToken cancellation)
    {
        try
        {
            var entry = new HashedRekordEntry(signed.ToArray(), signature, _certificate.RawBytes, isCertificate: true, _key.Public.Details);
            var (entries, stamps) = await WitnessAsync(entry, signature, cancellation);
            var json = assemble(entries, stamps).ToJson();

            // What is verified is what will be written: the bytes, read back. A service that answered for another digest, key or signature is caught here.
            // What a statement of the caller's claims is his to say, and the verifier's to judge; the services have no part in it.
            var policy = new VerificationPolicy { Issuer = Identity.Issuer, Identity = Identity.SignerUri, DangerouslyAcceptContradiction = true };
            return new FinishedBundle(json, _verifier.Verify(Bundle.Parse(json), artifact, policy));
        }
        catch (EvidenceException e)
        {
            throw Refused("What the services answered does not make a bundle that verifies", "written", e);
        }
    }

    /// <summary>Log and timestamps at the same time: neither needs the other's answer. When one fails the others are not waited for.</summary>
    private async Task<(IReadOnlyList<LogEntry> Entries, IReadOnlyList<ReadOnlyMemory<byte>> Stamps)> WitnessAsync(
        HashedRekordEntry entry, byte[] signature, CancellationToken cancellation)
    {
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var entries = _services.Logs.Select(log => new RekorClient(_client, log).SubmitAsync(entry, together.Token)).ToList();
        var stamps = _services.TimestampAuthorities.Select(tsa => new TimestampClient(_client, tsa).StampAsync(signature, together.Token)).ToList();
        Task[] open = [.. entries, .. stamps];
        try
        {
            await foreach (var done in Task.WhenEach(open))
            {
                await done;
            }
        }
        catch
        {
            await together.CancelAsync();

            // Ended, not only asked to end: the caller frees what they use. What they say no longer matters.
            await ((Task)Task.WhenAll(open)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }

        return (await Task.WhenAll(entries), await Task.WhenAll(stamps));
    }

    private static AgentException Refused(string what, string nothingWas, EvidenceException e) =>
        new(AgentFault.EvidenceRefused, $"{what}, and nothing was {nothingWas}: {e.Message}", e);
}

using System.Diagnostics.CodeAnalysis;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Signing;

/// <summary>
/// One key, one certificate for the whole run while it lives; near its end a new key gets a new certificate for a fresh token.
/// Signs as often as it is asked to, at once too, and gives away only bundles that verified.
/// </summary>
public sealed class SigningSession : IDisposable
{
    private readonly SigningServices _services;
    private readonly ServiceClient _client;
    private readonly Func<CancellationToken, Task<IdentityToken>> _requestToken;
    private readonly TimeProvider _time;
    private readonly Verifier _verifier;
    private readonly SemaphoreSlim _renewal = new(1);

    /// <summary>The last is in use; those before it may still be by signatures under way.</summary>
    private readonly List<Credential> _credentials;
    private volatile Credential _current;

    private SigningSession(
        SigningServices services, ServiceClient client, Func<CancellationToken, Task<IdentityToken>> requestToken, TimeProvider time, Credential first)
    {
        _services = services;
        _client = client;
        _requestToken = requestToken;
        _time = time;
        _verifier = new Verifier(services.Root);
        _credentials = [first];
        _current = first;
        Identity = first.Identity;
    }

    /// <summary>Who signs: what the authority vouches for in the verified certificate, the source of every provenance value.</summary>
    public PipelineIdentity Identity { get; }

    /// <summary>Makes a key and trades a token for its certificate; the token is asked for when everything else is ready, because it lives five minutes.</summary>
    /// <exception cref="AgentException">No token, no certificate, or one that is not ours.</exception>
    public static async Task<SigningSession> OpenAsync(
        SigningServices services, ServiceClient client, Func<CancellationToken, Task<IdentityToken>> requestToken, TimeProvider time, CancellationToken cancellation) =>
        new(services, client, requestToken, time, await IssueAsync(services, client, requestToken, time, cancellation));

    /// <summary>A plain signature over a file.</summary>
    public Task<FinishedBundle> SignAsync(Sha256Digest artifact, CancellationToken cancellation) => FinishAsync(
        credential =>
        {
            var signature = credential.Key.SignDigest(artifact.Span);
            return new Draft(
                artifact,
                signature,
                (entries, stamps) => Bundle.Create(credential.Certificate.RawBytes, MessageSignature.Over(artifact, signature), entries, stamps));
        },
        Artifact.OfDigest(artifact),
        cancellation);

    /// <summary>An attestation: <paramref name="statement"/> becomes the payload byte for byte.</summary>
    /// <param name="statement">An in-toto statement.</param>
    /// <param name="subject">One of its subjects, by which the finished bundle is verified.</param>
    /// <param name="cancellation">Stops the run.</param>
    public Task<FinishedBundle> AttestAsync(ReadOnlyMemory<byte> statement, Artifact subject, CancellationToken cancellation)
    {
        var encoding = DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, statement.Span);
        return FinishAsync(
            credential =>
            {
                var signature = credential.Key.Sign(encoding);
                return new Draft(
                    Sha256Digest.Of(encoding),
                    signature,
                    (entries, stamps) => Bundle.Create(
                        credential.Certificate.RawBytes, new DsseEnvelope(DsseEnvelope.InTotoPayloadType, statement, signature), entries, stamps));
            },
            subject,
            cancellation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _credentials.ForEach(credential => credential.Dispose());
        _renewal.Dispose();
    }

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The credential owns the key; on every other way out it is disposed here.")]
    private static async Task<Credential> IssueAsync(
        SigningServices services, ServiceClient client, Func<CancellationToken, Task<IdentityToken>> requestToken, TimeProvider time, CancellationToken cancellation)
    {
        var key = new EphemeralKey();
        try
        {
            var token = await requestToken(cancellation);
            var asked = time.GetTimestamp();
            var der = await new FulcioClient(client, services.CertificateAuthority).IssueAsync(key, token, cancellation);
            var (certificate, identity) = CertificateCheck.Require(der, key.Public, token, services.Root, time.GetUtcNow());
            return new Credential(key, certificate, identity, asked);
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

    /// <summary>The credential for the next signature. However many signatures find it near its end, one of them renews it.</summary>
    private async Task<Credential> CredentialAsync(CancellationToken cancellation)
    {
        if (!_current.IsNearEnd(_time))
        {
            return _current;
        }

        await _renewal.WaitAsync(cancellation);
        try
        {
            if (_current.IsNearEnd(_time))
            {
                var next = await IssueAsync(_services, _client, _requestToken, _time, cancellation);
                _credentials.Add(next);

                // Statements repeat the first certificate's claims: another identity would sign what it does not say of itself.
                _current = next.Identity == Identity
                    ? next
                    : throw new AgentException(AgentFault.AnswerForAnother, "The certificate was renewed and names another identity than before. Nothing more was signed; run again.");
            }

            return _current;
        }
        finally
        {
            _renewal.Release();
        }
    }

    private async Task<FinishedBundle> FinishAsync(Func<Credential, Draft> sign, Artifact artifact, CancellationToken cancellation)
    {
        for (var again = false; ; again = true)
        {
            var credential = await CredentialAsync(cancellation);
            try
            {
                return await FinishAsync(credential, sign(credential), artifact, cancellation);
            }
            catch (EvidenceException) when (!again && credential.HasEnded(_time))
            {
                // The services were waited for until the certificate had ended: the time that was stamped proves nothing any more, so sign anew.
            }
            catch (EvidenceException e)
            {
                throw Refused("What the services answered does not make a bundle that verifies", "written", e);
            }
        }
    }

    private async Task<FinishedBundle> FinishAsync(Credential credential, Draft draft, Artifact artifact, CancellationToken cancellation)
    {
        var entry = new HashedRekordEntry(draft.Signed.ToArray(), draft.Signature, credential.Certificate.RawBytes, isCertificate: true, credential.Key.Public.Details);
        var (entries, stamps) = await WitnessAsync(entry, draft.Signature, cancellation);
        var json = draft.Assemble(entries, stamps).ToJson();

        // What is verified is what will be written: the bytes, read back. A service that answered for another digest, key or signature is caught here.
        var policy = new VerificationPolicy { Issuer = Identity.Issuer, Identity = Identity.SignerUri };
        return new FinishedBundle(json, _verifier.Verify(Bundle.Parse(json), artifact, policy));
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

    /// <summary>A signature before anybody has seen it.</summary>
    /// <param name="Signed">SHA-256 of what was signed.</param>
    /// <param name="Signature">DER.</param>
    /// <param name="Assemble">Makes the bundle of log entries and timestamps.</param>
    private sealed record Draft(
        Sha256Digest Signed, byte[] Signature, Func<IReadOnlyList<LogEntry>, IReadOnlyList<ReadOnlyMemory<byte>>, Bundle> Assemble);
}

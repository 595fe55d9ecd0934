using System.Diagnostics.CodeAnalysis;
using System.Text;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Timestamps;
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
    private readonly RunJournal? _journal;
    private readonly Func<EphemeralKey> _newKey;
    private readonly SemaphoreSlim _renewal = new(1);

    /// <summary>The last is in use; those before it may still be by signatures under way.</summary>
    private readonly List<Credential> _credentials;
    private volatile Credential _current;

    private SigningSession(
        SigningServices services, ServiceClient client, Func<CancellationToken, Task<IdentityToken>> requestToken, TimeProvider time, Credential first, RunJournal? journal, Func<EphemeralKey> newKey)
    {
        (_journal, _newKey) = (journal, newKey);
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
        SigningServices services,
        ServiceClient client,
        Func<CancellationToken, Task<IdentityToken>> requestToken,
        TimeProvider time,
        CancellationToken cancellation,
        RunJournal? journal = null,
        Func<EphemeralKey>? newKey = null)
    {
        newKey ??= () => new EphemeralKey();
        return new SigningSession(services, client, requestToken, time, await IssueAsync(services, client, requestToken, newKey, time, cancellation), journal, newKey);
    }

    /// <summary>A plain signature over a file.</summary>
    public Task<FinishedBundle> SignAsync(Sha256Digest artifact, CancellationToken cancellation) => FinishAsync(
        new Work($"signature sha256:{artifact}", artifact, Artifact.OfDigest(artifact), credential =>
            Bundle.Create(credential.Certificate.RawBytes, MessageSignature.Over(artifact, credential.Key.SignDigest(artifact.Span)), [], [])),
        cancellation);

    /// <summary>An attestation: <paramref name="statement"/> becomes the payload byte for byte, unless an earlier attempt of this very run has attested the same.</summary>
    /// <param name="statement">An in-toto statement.</param>
    /// <param name="subject">One of its subjects, by which the finished bundle is verified.</param>
    /// <param name="cancellation">Stops the run.</param>
    public Task<FinishedBundle> AttestAsync(ReadOnlyMemory<byte> statement, Artifact subject, CancellationToken cancellation)
    {
        var encoding = DsseEnvelope.PreAuthenticationEncoding(DsseEnvelope.InTotoPayloadType, statement.Span);
        return FinishAsync(
            new Work($"attestation sha256:{WithoutAttempt(statement.Span, Identity)}", Sha256Digest.Of(encoding), subject, credential =>
                Bundle.Create(credential.Certificate.RawBytes, new DsseEnvelope(DsseEnvelope.InTotoPayloadType, statement, credential.Key.Sign(encoding)), [], []))
            {
                Statement = WithoutAttempt(statement.Span, Identity),
            },
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
        SigningServices services,
        ServiceClient client,
        Func<CancellationToken, Task<IdentityToken>> requestToken,
        Func<EphemeralKey> newKey,
        TimeProvider time,
        CancellationToken cancellation)
    {
        var key = newKey();
        try
        {
            var token = await requestToken(cancellation);
            var asked = time.GetTimestamp();
            var der = await new FulcioClient(client, services.CertificateAuthority).IssueAsync(key, token, cancellation);
            var (certificate, identity) = CertificateCheck.Require(der, key.Public, token, services.Root, services.Profile, time.GetUtcNow());
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
                var next = await IssueAsync(_services, _client, _requestToken, _newKey, _time, cancellation);
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

    private async Task<FinishedBundle> FinishAsync(Work work, CancellationToken cancellation)
    {
        if (_journal?.Find(work.Key) is { } earlier && await ResumeAsync(work, earlier, cancellation) is { } resumed)
        {
            return resumed;
        }

        for (var again = false; ; again = true)
        {
            var credential = await CredentialAsync(cancellation);
            var draft = work.Sign(credential);
            try
            {
                var stamps = await _services.TimestampAuthorities.AskAsync(
                    _client.Budget, (tsa, tries, stop) => new TimestampClient(_client, tsa).StampAsync(draft.Signature, tries, stop), cancellation);
                if (!again && stamps.Any(stamp => TimestampToken.Parse(stamp).ClaimedTime > credential.Certificate.NotAfter))
                {
                    // The authority was waited for until the certificate had ended: the time that was stamped proves nothing any more, so sign anew.
                    continue;
                }

                return await LogAsync(work, With(draft, [], stamps), credential.Certificate, work.Signed, cancellation);
            }
            catch (EvidenceException) when (!again && credential.HasEnded(_time))
            {
                // The same for a log that promises the time itself.
            }
            catch (EvidenceException e)
            {
                throw Refused("What the services answered does not make a bundle that verifies", "written", e);
            }
        }
    }

    /// <summary>
    /// Log after the timestamp and not beside it: an entry cannot be taken back, so it is made last, of a signature whose time is proven. The journal has the signature
    /// before the log sees it, so that whatever is lost from here on the same bytes are handed in again: one entry. An instance without a log has its proof already.
    /// </summary>
    private async Task<FinishedBundle> LogAsync(Work work, Bundle stamped, SigningCertificate certificate, Sha256Digest signed, CancellationToken cancellation)
    {
        var entries = stamped.LogEntries;
        if (entries.Count == 0 && _services.Profile.NeedsLogs)
        {
            _journal?.Keep(work.Key, stamped.ToJson());
            var submission = LogSubmission.Of(stamped, signed, certificate.Key.Details);
            entries = await _services.Logs.AskAsync(
                _client.Budget,
                (log, tries, stop) => _services.LogVersion == SigningServices.TileLog
                    ? new TileLogClient(_client, log, _services.Root).SubmitAsync(submission, tries, stop)
                    : new Rekor1Client(_client, log).SubmitAsync(submission, tries, stop),
                cancellation);
        }

        var json = With(stamped, entries, stamped.Timestamps).ToJson();

        // What is verified is what will be written: the bytes, read back. A service that answered for another digest, key or signature is caught here.
        // What a statement of the caller's claims is his to say, and the verifier's to judge; the services have no part in it.
        var policy = new VerificationPolicy { Issuer = Identity.Issuer, Identity = Identity.SignerUri, DangerouslyAcceptContradiction = true, Profile = _services.Profile };
        var finished = new FinishedBundle(json, _verifier.Verify(Bundle.Parse(json), work.Artifact, policy));
        _journal?.Keep(work.Key, json);
        return finished;
    }

    /// <summary>Finishes what an earlier attempt of this run signed; null where it is not ours, or is of no use any more: then it is signed anew.</summary>
    private async Task<FinishedBundle?> ResumeAsync(Work work, Bundle earlier, CancellationToken cancellation)
    {
        try
        {
            // Before a log sees anything: what another instance certified, perhaps one that publishes nothing, is not for this one's log.
            var certificate = SigningCertificate.Parse(earlier.Signer.Certificate);
            CertificateVerifier.Verify(certificate, [certificate.NotBefore], _services.Root, profile: _services.Profile);
            var signed = earlier.Envelope is { } envelope ? Sha256Digest.Of(envelope.PreAuthenticationEncoding()) : work.Signed;
            return certificate.Identity is { } identity && identity with { RunUri = null } == Identity with { RunUri = null } && Says(work, earlier, identity)
                ? await LogAsync(work, earlier, certificate, signed, cancellation)
                : null;
        }
        catch (EvidenceException)
        {
            return null;
        }
        catch (AgentException e) when (e.Fault is AgentFault.LogConflict or AgentFault.RefusedByService)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether an earlier bundle says what is to be said now. Under which key it was found proves nothing: the state could hold another attestation of this very
    /// workflow there, of which every signature is good.
    /// </summary>
    private static bool Says(Work work, Bundle earlier, PipelineIdentity signer) => work.Statement is { } statement
        ? earlier.Envelope is { PayloadType: DsseEnvelope.InTotoPayloadType } envelope && WithoutAttempt(envelope.Payload.Span, signer) == statement
        : earlier.Envelope is null;

    /// <summary>Digest of a statement in which the number of the attempt is left out: a rerun of the same run attests the same, and what an earlier attempt attested stays true.</summary>
    private static Sha256Digest WithoutAttempt(ReadOnlySpan<byte> statement, PipelineIdentity signer)
    {
        const string Attempts = "/attempts/";
        return signer.RunUri is { } run && run.IndexOf(Attempts, StringComparison.Ordinal) is var end and > 0
            ? Sha256Digest.Of(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(statement).Replace(run, run[..end], StringComparison.Ordinal)))
            : Sha256Digest.Of(statement);
    }

    private static Bundle With(Bundle bundle, IReadOnlyList<LogEntry> entries, IReadOnlyList<ReadOnlyMemory<byte>> stamps) => bundle.Envelope is { } envelope
        ? Bundle.Create(bundle.Signer.Certificate, envelope, entries, stamps)
        : Bundle.Create(bundle.Signer.Certificate, bundle.MessageSignature!, entries, stamps);

    private static AgentException Refused(string what, string nothingWas, EvidenceException e) =>
        new(AgentFault.EvidenceRefused, $"{what}, and nothing was {nothingWas}: {e.Message}", e);

    /// <summary>Something that is to be signed.</summary>
    /// <param name="Key">Under which the journal knows it.</param>
    /// <param name="Signed">SHA-256 of what is signed.</param>
    /// <param name="Artifact">By which the finished bundle is verified.</param>
    /// <param name="Sign">Makes the signature: a bundle that nobody has witnessed yet.</param>
    private sealed record Work(string Key, Sha256Digest Signed, Artifact Artifact, Func<Credential, Bundle> Sign)
    {
        /// <summary>Digest of the statement without its attempt; null for a plain signature.</summary>
        public Sha256Digest? Statement { get; init; }
    }
}

using System.Diagnostics;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Authority.Probe;

/// <summary>
/// The whole story against a live authority, as its customers have it: a token becomes a certificate, a signature is stamped and logged, a stranger verifies
/// it offline, the logs hold what they promised and only grow; and what must be refused is refused, for its reason.
/// </summary>
public sealed class ProbeRun(ProbeClient client, ProbeOptions options, Action<ProbeStep> report) : IDisposable
{
    private const int RekorVersion = 2;

    private readonly ProbeSigner _signer = new(client);
    private readonly List<ProbeStep> _steps = [];
    private TrustedRoot? _root;
    private ProbeClient? _log;
    private IReadOnlyList<byte[]>? _chain;
    private string? _correlationId;
    private ReadOnlyMemory<byte>? _stamp;
    private LogEntry? _entry;

    private SigningCertificate Certificate => field ??= SigningCertificate.Parse(Needed(_chain)[0]);

    /// <summary>Runs every step that can be run.</summary>
    public async Task<IReadOnlyList<ProbeStep>> RunAsync(CancellationToken cancellation)
    {
        var token = ProbeToken.Parse(options.Token);
        var memory = ProbeMemory.Open(options.MemoryPath);
        await StepAsync("ready", () => ReadyAsync(cancellation));
        if (_steps is [{ Outcome: ProbeOutcome.Unreachable }])
        {
            // Nobody answers: twenty more sentences would say it again.
            return _steps;
        }

        await StepAsync("trust", () => TrustAsync(cancellation));
        await StepAsync("signing config", () => SigningConfigAsync(cancellation));
        await StepAsync("exchange", async () =>
        {
            (_chain, _correlationId) = await _signer.ExchangeAsync(token, cancellation);
            return $"A certificate until {Certificate.NotAfter:u}.";
        });
        await StepAsync("timestamp", async () =>
        {
            _stamp = await _signer.StampAsync(cancellation);
            return "A timestamp.";
        });
        await StepAsync("log", async () =>
        {
            _entry = await _signer.LogAsync(Needed(_log), Needed(_chain)[0], cancellation);
            return $"Entry {_entry.LogIndex}.";
        });
        await StepAsync("log again", async () => (await _signer.LogAsync(Needed(_log), Needed(_chain)[0], cancellation)).LogIndex == Needed(_entry).LogIndex
            ? "The same entry has the same index."
            : throw ProbeException.Wrong("The same entry got another index."));
        await StepAsync("verify", () => Task.FromResult(Verify(token)));
        await StepAsync("signature log", () => SignatureLogAsync(memory, cancellation));
        await StepAsync("certificate log", () => CertificateLogAsync(memory, cancellation));
        if (options.Store is { } store)
        {
            await StepAsync("audit", () => AuditProbe.RunAsync(store, options.AuditLog, Certificate, _correlationId, cancellation));
        }

        foreach (var (name, ask) in new RefusalProbe(client, _signer, token, options.RefusedTokens).Cases(_chain?[0], _log))
        {
            await StepAsync(name, () => ask(cancellation));
        }

        return _steps;
    }

    /// <inheritdoc/>
    public void Dispose() => _signer.Dispose();

    private async Task StepAsync(string name, Func<Task<string>> step)
    {
        var watch = Stopwatch.StartNew();
        var (outcome, detail) = (ProbeOutcome.Passed, "");
        try
        {
            detail = await step();
        }
        catch (ProbeException e)
        {
            (outcome, detail) = (e.Outcome, e.Message);
        }
        catch (EvidenceException e)
        {
            (outcome, detail) = (ProbeOutcome.Failed, $"{FailureCodes.Text(e.Code)}: {e.Failure.Fault}");
        }

        var done = new ProbeStep(name, outcome, detail, watch.ElapsedMilliseconds);
        _steps.Add(done);
        report(done);
    }

    private async Task<string> ReadyAsync(CancellationToken cancellation)
    {
        var answer = await client.GetAsync("/readyz", cancellation);
        var status = answer.Json()?["status"]?.ToString();
        return answer.Status == StatusCodes.Status200OK && status is "ready" or "degraded"
            ? $"It says that it is {status}."
            : throw (status is null
                ? ProbeException.Wrong($"It answers {answer.Status} without a status: is this the URL of an authority?")
                : ProbeException.Wrong($"It answers {answer.Status} and says that it is {ProbeAnswer.Printable(status)}."));
    }

    private async Task<string> TrustAsync(CancellationToken cancellation)
    {
        // The given one is what customers verify with, whatever is served.
        _root = options.TrustedRoot is { } pinned ? TrustedRoot.Parse(pinned.Span) : null;
        var served = (await client.GetAsync("/trusted_root.json", cancellation)).Require(StatusCodes.Status200OK).Body;
        if (_root is null)
        {
            _root = TrustedRoot.Parse(served.Span);
            return "Taken from the authority itself: give --trusted-root to compare.";
        }

        return _root.ToJson().AsSpan().SequenceEqual(TrustedRoot.Parse(served.Span).ToJson())
            ? "It serves the trusted root that was given."
            : throw ProbeException.Wrong("It serves another trusted root than the one that was given.");
    }

    /// <summary>Where a signer logs now: with several logs it is not the URL that was probed.</summary>
    private async Task<string> SigningConfigAsync(CancellationToken cancellation)
    {
        var config = SigningConfig.Parse((await client.GetAsync("/signing_config.json", cancellation)).Require(StatusCodes.Status200OK).Body.Span);
        var log = config.SelectLogs([RekorVersion], options.Time.GetUtcNow()) is [var first, ..] ? first : throw ProbeException.Wrong("It names no log.");
        _log = client.At(log.Url);
        return Needed(_root).Logs.Any(trusted => trusted.BaseUrl.TrimEnd('/') == _log.Url)
            ? $"Signers log at {ProbeAnswer.Printable(new Uri(_log.Url).Authority)}."
            : throw ProbeException.Wrong("It sends signers to a log that the trusted root does not list.");
    }

    private string Verify(ProbeToken token)
    {
        var bundle = Bundle.Create(
            Needed(_chain)[0], MessageSignature.Over(Sha256Digest.Of(ProbeSigner.Artifact.Span), _signer.Signature), [Needed(_entry)], [_stamp ?? throw ProbeException.Skipped()]);
        var policy = new VerificationPolicy { Issuer = token.Issuer, Identity = Certificate.SubjectAlternativeName.Value };
        var verified = new Verifier(Needed(_root)).Verify(Bundle.Parse(bundle.ToJson()), Artifact.OfBytes(ProbeSigner.Artifact), policy);
        return verified.Identity?.Subject is { } subject && subject != token.Subject
            ? throw ProbeException.Wrong("The certificate names another subject than the token.")
            : "What was signed verifies offline.";
    }

    private async Task<string> SignatureLogAsync(ProbeMemory memory, CancellationToken cancellation)
    {
        var trusted = _entry is { } known
            ? Needed(_root).LogsOf(Sha256Digest.From(known.LogId.Span)) is [var first, ..] ? first : throw ProbeException.Wrong(
                "The entry is of a log that the trusted root does not list.")
            : Needed(_root).Logs.LastOrDefault(log => log.ValidFor.End is null) ?? throw ProbeException.Wrong("The trusted root lists no log of signatures that goes on.");
        var log = new ProbeLog(client.At(trusted.BaseUrl), "/api/v2", NoteKey.ForLog(trusted.Origin, trusted.Key));
        var checkpoint = await ContinueAsync(log, memory, cancellation);
        if (_entry is not { } entry)
        {
            return $"It only grew, to {checkpoint.Size} leaves.";
        }

        await log.RequireGrowthAsync(log.Verify(entry.InclusionProof!.Checkpoint), checkpoint, cancellation);
        await log.RequireLeafAsync(entry.LogIndex, MerkleTree.LeafHash(entry.CanonicalizedBody.Span), checkpoint, cancellation);
        var bundle = EntryBundle.Parse(await log.LeafTileAsync(TilePath.Entries, entry.LogIndex, checkpoint, cancellation));
        var place = (int)(entry.LogIndex % Limits.TileWidth);
        return place < bundle.Count && bundle[place].Span.SequenceEqual(entry.CanonicalizedBody.Span)
            ? $"It only grew, to {checkpoint.Size} leaves, and holds the entry."
            : throw ProbeException.Wrong($"The published leaf {entry.LogIndex} is another one.");
    }

    private async Task<string> CertificateLogAsync(ProbeMemory memory, CancellationToken cancellation)
    {
        var sct = _chain is null ? null : Certificate.Scts[0];
        var trusted = sct is null
            ? Needed(_root).CertificateLogs.LastOrDefault(log => log.ValidFor.End is null) ?? throw ProbeException.Wrong(
                "The trusted root lists no log of certificates that goes on.")
            : Needed(_root).CertificateLogsOf(sct.LogId).FirstOrDefault(log => log.ValidFor.Contains(sct.Time)) ?? throw ProbeException.Wrong(
                "The certificate is promised to a log that the trusted root does not list.");
        var log = new ProbeLog(client.At(trusted.BaseUrl), string.Empty, NoteKey.ForCertificateLog($"{trusted.Origin}{new Uri(trusted.BaseUrl).AbsolutePath}", trusted.Key));
        var checkpoint = await ContinueAsync(log, memory, cancellation);
        if (sct?.LeafIndex is not { } index)
        {
            return $"It only grew, to {checkpoint.Size} leaves.";
        }

        var issuer = Evidence.Certificates.Certificate.Parse(_chain![1]);
        var leaf = new CertificateLogEntry(sct.Time, index, issuer.Key.Id, Certificate.PrecertificateTbs.Span, [], []).MerkleTreeLeaf();
        await log.RequireLeafAsync(index, MerkleTree.LeafHash(leaf), checkpoint, cancellation);
        var entries = CertificateLogEntry.ParseTile((await log.LeafTileAsync(TilePath.Data, index, checkpoint, cancellation)).Span);
        var place = (int)(index % Limits.TileWidth);
        return place < entries.Count && entries[place].MerkleTreeLeaf().AsSpan().SequenceEqual(leaf)
            ? $"It only grew, to {checkpoint.Size} leaves, and holds the certificate."
            : throw ProbeException.Wrong($"The published leaf {index} is another one.");
    }

    private static async Task<Checkpoint> ContinueAsync(ProbeLog log, ProbeMemory memory, CancellationToken cancellation)
    {
        var (note, checkpoint) = await log.CheckpointAsync(cancellation);
        if (memory[log.Origin] is { } seen)
        {
            var before = log.Verify(seen);
            await log.RequireGrowthAsync(before, checkpoint, cancellation);
            if (checkpoint.Size < before.Size)
            {
                throw ProbeException.Wrong($"The log of {log.Origin} shows {checkpoint.Size} leaves, and {before.Size} were seen before.");
            }
        }

        memory.Keep(log.Origin, note);
        return checkpoint;
    }

    private static T Needed<T>(T? value)
        where T : class => value ?? throw ProbeException.Skipped();
}

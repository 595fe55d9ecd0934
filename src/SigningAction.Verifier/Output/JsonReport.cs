using System.Text.Json;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>
/// For programs: one object on one line of standard output, whatever the verdict (<see cref="SafeJson"/>).
/// </summary>
internal sealed class JsonReport(TextWriter output) : IReport
{
    public void Add(TargetVerdict verdict)
    {
        if (verdict.Problem is { } problem)
        {
            Write(Refusal(verdict.Target, verdict.Sha256?.ToString(), problem) with
            {
                TrustedBy = problem.Exit == ExitCode.Refused && verdict.Trials.Count > 0 ? TrustedBy(verdict) : null,
                Notes = Notes(verdict),
                Tried = verdict.Trials.Count < 2 ? null
                    : [.. verdict.Trials.Select(trial => new TriedJson(trial.Origin, trial.Verified is not null, trial.Problem?.Code, trial.Problem?.Fault))],
            });
            return;
        }

        // The sources were asked in a fixed order: the first proof is told as it always was, and what else proves stands behind it.
        ProofJson[] proofs = [.. verdict.Trials.Where(trial => trial.Verified is not null).Select(trial => Proof(trial, trial.Verified!))];
        Write(new VerdictJson
        {
            Verified = true,
            ExitCode = (int)ExitCode.Verified,
            Artifact = new ArtifactJson(verdict.Target, verdict.Trials.First(trial => trial.Verified is not null).Verified!.Artifact.ToString()),
            TrustedBy = TrustedBy(verdict),
            Bundle = proofs[0].Bundle,
            Signer = proofs[0].Signer,
            Certificate = proofs[0].Certificate,
            Key = proofs[0].Key,
            Times = proofs[0].Times,
            LogEntries = proofs[0].LogEntries,
            Attestation = proofs[0].Attestation,
            Further = proofs.Length == 1 ? null : proofs[1..],
            Notes = Notes(verdict),
        });
    }

    public void Finish(RunSummary summary)
    {
        if (summary.Problem is { } problem)
        {
            Write(Refusal(string.Join(' ', summary.Asked), null, problem));
        }
    }

    private static ProofJson Proof(Trial trial, VerifiedBundle proof) => new(
        proof.Identity,
        proof.Certificate is { } certificate
            ? new CertificateJson(Convert.ToHexStringLower(certificate.Serial.Span), certificate.NotBefore, certificate.NotAfter)
            : null,
        proof.Certificate is null ? proof.Key.Id.ToString() : null,
        [.. proof.Times.Select(time => new TimeJson(time.Time, time.Source))],
        [.. proof.LogEntries.Select(entry => new LogEntryJson(entry.Origin, entry.Index, entry.Operator, Cosignatures(entry)))],
        proof is { Statement: { } statement, Subject: { } subject }
            ? new AttestationJson(statement.PredicateType, subject, statement.Subjects.Count, JsonElement.Parse(statement.Predicate.Span))
            : null,
        new BundleJson(trial.Origin, trial.Digest?.ToString()));

    /// <summary>Null where no witness was asked for.</summary>
    private static IReadOnlyList<CosignatureJson>? Cosignatures(VerifiedLogEntry entry) => entry.Cosignatures.Count == 0
        ? null
        : [.. entry.Cosignatures.Select(cosignature => new CosignatureJson(cosignature.Witness, cosignature.Time == DateTimeOffset.UnixEpoch ? null : cosignature.Time))];

    private static TrustedByJson? TrustedBy(TargetVerdict verdict) =>
        verdict.Trust is { } trust ? new TrustedByJson(trust.Kind, trust.From, trust.Sha256.ToString(), trust.Taken) : null;

    private static IReadOnlyList<string>? Notes(TargetVerdict verdict) => verdict.Notes.Count == 0 ? null : verdict.Notes;

    private static VerdictJson Refusal(string target, string? sha256, Problem problem) => new()
    {
        Verified = false,
        ExitCode = (int)problem.Exit,
        Artifact = new ArtifactJson(target, sha256),
        Failure = new FailureJson(problem.Code, problem.Fault, problem.Remedy),
    };

    private void Write(VerdictJson verdict) => output.WriteLine(System.Text.Encoding.UTF8.GetString(
        SafeJson.Write(json => JsonSerializer.Serialize(json, verdict, VerdictJsonContext.Default.VerdictJson))));
}

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
                Tried = verdict.Trials.Count < 2 ? null
                    : [.. verdict.Trials.Select(trial => new TriedJson(trial.Origin, trial.Verified is not null, trial.Problem?.Code, trial.Problem?.Fault))],
            });
            return;
        }

        // The sources were asked in a fixed order: the first proof is told as it always was, and what else proves stands behind it.
        ProofJson[] proofs = [.. verdict.Trials.Select(trial => trial.Verified).OfType<VerifiedBundle>().Select(Proof)];
        Write(new VerdictJson
        {
            Verified = true,
            ExitCode = (int)ExitCode.Verified,
            Artifact = new ArtifactJson(verdict.Target, verdict.Trials.First(trial => trial.Verified is not null).Verified!.Artifact.ToString()),
            Signer = proofs[0].Signer,
            Certificate = proofs[0].Certificate,
            Key = proofs[0].Key,
            Times = proofs[0].Times,
            LogEntries = proofs[0].LogEntries,
            Attestation = proofs[0].Attestation,
            Further = proofs.Length == 1 ? null : proofs[1..],
        });
    }

    public void Finish(RunSummary summary)
    {
        if (summary.Problem is { } problem)
        {
            Write(Refusal(string.Join(' ', summary.Asked), null, problem));
        }
    }

    private static ProofJson Proof(VerifiedBundle proof) => new(
        proof.Identity,
        proof.Certificate is { } certificate
            ? new CertificateJson(Convert.ToHexStringLower(certificate.Serial.Span), certificate.NotBefore, certificate.NotAfter)
            : null,
        proof.Certificate is null ? proof.Key.Id.ToString() : null,
        [.. proof.Times.Select(time => new TimeJson(time.Time, time.Source))],
        [.. proof.LogEntries.Select(entry => new LogEntryJson(entry.Origin, entry.Index, entry.Operator))],
        proof is { Statement: { } statement, Subject: { } subject }
            ? new AttestationJson(statement.PredicateType, subject, statement.Subjects.Count, JsonElement.Parse(statement.Predicate.Span))
            : null);

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

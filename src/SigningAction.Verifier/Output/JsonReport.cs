using System.Text.Json;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Output;

/// <summary>
/// For programs: one object on one line of standard output, whatever the verdict (<see cref="SafeJson"/>).
/// </summary>
internal sealed class JsonReport(TextWriter output) : IReport
{
    public void Verified(string target, VerifiedBundle proof) => Write(new VerdictJson
    {
        Verified = true,
        ExitCode = (int)ExitCode.Verified,
        Artifact = new ArtifactJson(target, proof.Artifact.ToString()),
        Signer = proof.Identity,
        Certificate = new CertificateJson(Convert.ToHexStringLower(proof.Certificate.Serial.Span), proof.Certificate.NotBefore, proof.Certificate.NotAfter),
        Times = [.. proof.Times.Select(time => new TimeJson(time.Time, time.Source))],
        LogEntries = [.. proof.LogEntries.Select(entry => new LogEntryJson(entry.Origin, entry.Index, entry.Operator))],
        Attestation = proof is { Statement: { } statement, Subject: { } subject }
            ? new AttestationJson(statement.PredicateType, subject, statement.Subjects.Count, JsonElement.Parse(statement.Predicate.Span))
            : null,
    });

    public void NotVerified(string target, Problem problem) => Write(new VerdictJson
    {
        Verified = false,
        ExitCode = (int)problem.Exit,
        Artifact = new ArtifactJson(target, null),
        Failure = new FailureJson(problem.Code, problem.Fault, problem.Remedy),
    });

    private void Write(VerdictJson verdict) => output.WriteLine(System.Text.Encoding.UTF8.GetString(
        SafeJson.Write(json => JsonSerializer.Serialize(json, verdict, VerdictJsonContext.Default.VerdictJson))));
}

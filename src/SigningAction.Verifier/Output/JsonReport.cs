using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>
/// For programs: one object a target, each on one line of standard output, whatever the verdict; a run that comes to no target has one too.
/// Everything outside ASCII is escaped, and so is <c>#</c>: runners of pipelines obey <c>##vso[command]</c> wherever in a line it stands.
/// </summary>
internal sealed class JsonReport(TextWriter output) : IReport
{
    private readonly JavaScriptEncoder _encoder = NoCommands();

    public void Add(TargetVerdict verdict)
    {
        if (verdict.Problem is { } problem)
        {
            NotVerified(verdict.Target, verdict.Sha256?.ToString(), problem);
            return;
        }

        // Of several proofs the first: the sources were asked in a fixed order.
        Verified(verdict.Target, verdict.Trials.First(trial => trial.Verified is not null).Verified!);
    }

    public void Finish(RunSummary summary)
    {
        if (summary.Problem is { } problem)
        {
            NotVerified(string.Join(' ', summary.Asked), null, problem);
        }
    }

    private void Verified(string target, VerifiedBundle proof) => Write(new VerdictJson
    {
        Verified = true,
        ExitCode = (int)ExitCode.Verified,
        Artifact = new ArtifactJson(target, proof.Artifact.ToString()),
        Signer = proof.Identity,
        Certificate = proof.Certificate is { } certificate
            ? new CertificateJson(Convert.ToHexStringLower(certificate.Serial.Span), certificate.NotBefore, certificate.NotAfter)
            : null,
        Key = proof.Certificate is null ? proof.Key.Id.ToString() : null,
        Times = [.. proof.Times.Select(time => new TimeJson(time.Time, time.Source))],
        LogEntries = [.. proof.LogEntries.Select(entry => new LogEntryJson(entry.Origin, entry.Index, entry.Operator))],
        Attestation = proof is { Statement: { } statement, Subject: { } subject }
            ? new AttestationJson(statement.PredicateType, subject, statement.Subjects.Count, JsonElement.Parse(statement.Predicate.Span))
            : null,
    });

    private void NotVerified(string target, string? sha256, Problem problem) => Write(new VerdictJson
    {
        Verified = false,
        ExitCode = (int)problem.Exit,
        Artifact = new ArtifactJson(target, sha256),
        Failure = new FailureJson(problem.Code, problem.Fault, problem.Remedy),
    });

    private void Write(VerdictJson verdict)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = _encoder, MaxDepth = VerdictJsonContext.Default.Options.MaxDepth }))
        {
            JsonSerializer.Serialize(json, verdict, VerdictJsonContext.Default.VerdictJson);
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(line.GetBuffer().AsSpan(0, (int)line.Length)));
    }

    internal static JavaScriptEncoder NoCommands()
    {
        var allowed = new TextEncoderSettings(UnicodeRanges.BasicLatin);
        allowed.ForbidCharacter('#');
        return JavaScriptEncoder.Create(allowed);
    }
}

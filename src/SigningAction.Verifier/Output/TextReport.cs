using System.Globalization;
using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>
/// For people. A proof goes to standard output, anything else to standard error, each in one write: half a proof is never seen. Every value
/// stands behind a label, so that attested text can never begin a line (runners of workflows take commands from line starts, and others anywhere:
/// those <see cref="PrintableText"/> breaks); identities are shown in ASCII, so that look-alikes differ.
/// </summary>
internal sealed class TextReport(TextWriter output, TextWriter error) : IReport
{
    private readonly StringBuilder _text = new();

    public void Add(TargetVerdict verdict)
    {
        foreach (var note in verdict.Notes)
        {
            error.Write($"Note: {PrintableText.Neutralise(note)}\n");
        }

        if (verdict.Problem is { } problem)
        {
            NotVerified(verdict.Target, problem);
            return;
        }

        foreach (var trial in verdict.Trials)
        {
            if (trial.Verified is { } proof)
            {
                Verified(verdict.Target, proof);
            }
        }
    }

    public void Finish(RunSummary summary)
    {
        if (summary.Problem is { } problem)
        {
            NotVerified(string.Join(' ', summary.Asked), problem);
        }
        else if (summary.Verified + summary.Refused + summary.NotChecked > 1)
        {
            (summary.Exit == ExitCode.Verified ? output : error).Write(string.Create(
                CultureInfo.InvariantCulture, $"{summary.Verified} verified, {summary.Refused} refused, {summary.NotChecked} not checked\n"));
        }
    }

    private void Verified(string target, VerifiedBundle proof)
    {
        _text.Clear();
        _text.Append("Verified: ").AppendLine(PrintableText.Neutralise(target));
        Line("sha256", proof.Artifact.ToString());
        if (proof is { Statement: { } statement, Subject: { } subject })
        {
            Line("Attestation", PrintableText.Exact(statement.PredicateType));
            Line("Subject", PrintableText.Neutralise(subject.Name), $"{statement.Subjects.Count} in the attestation");
        }
        else
        {
            Line("Attestation", "none: a plain signature");
        }

        Signer(proof.Identity);
        foreach (var time in proof.Times)
        {
            Line("Signed at", time.Time.ToString("u", CultureInfo.InvariantCulture), PrintableText.Exact(time.Source));
        }

        foreach (var entry in proof.LogEntries)
        {
            Line("Log entry", string.Create(CultureInfo.InvariantCulture, $"{entry.Index} of {PrintableText.Exact(entry.Origin)}"), Shown(entry.Operator));
        }

        output.Write(_text.ToString());
    }

    private void NotVerified(string target, Problem problem)
    {
        error.Write($"""
            {Verdict(problem.Exit)}: {PrintableText.Neutralise(target)}
              {problem.Fault}
              {problem.Remedy}
              Reason: {problem.Code}

            """);
    }

    private static string Verdict(ExitCode exit) => exit switch
    {
        ExitCode.Usage => "Usage error",
        ExitCode.NotChecked => "Not checked",
        _ => "REFUSED",
    };

    private static string? Shown(string? value) => string.IsNullOrEmpty(value) ? null : PrintableText.Exact(value);

    private void Signer(PipelineIdentity signer)
    {
        Line("Signer", PrintableText.Exact(signer.SignerUri), Shown(signer.SignerDigest));
        Line("Issuer", PrintableText.Exact(signer.Issuer));
        Line("Repository", Shown(signer.RepositoryUri), Id(signer.RepositoryId), Shown(signer.Visibility));
        Line("Owner", Shown(signer.OwnerUri), Id(signer.OwnerId));
        Line("Commit", Shown(signer.SourceDigest));
        Line("Ref", Shown(signer.SourceRef));
        if (signer.CallerUri != signer.SignerUri)
        {
            Line("Called by", Shown(signer.CallerUri), Shown(signer.CallerDigest));
        }

        Line("Event", Shown(signer.Event));
        Line("Environment", Shown(signer.Environment));
        Line("Runner", Shown(signer.RunnerEnvironment));
        Line("Run", Shown(signer.RunUri));
    }

    private static string? Id(string? id) => Shown(id) is { } shown ? $"id {shown}" : null;

    private void Line(string label, string? value, params string?[] notes)
    {
        if (value is null)
        {
            return;
        }

        var stated = string.Join(", ", notes.Where(note => note is not null));
        _text.AppendLine(CultureInfo.InvariantCulture, $"  {label,-12} {value}{(stated.Length > 0 ? $" ({stated})" : string.Empty)}");
    }
}

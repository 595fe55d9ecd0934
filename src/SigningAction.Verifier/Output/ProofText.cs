using System.Globalization;
using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Trust;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>
/// What one bundle proves, in lines for people. Every value stands behind a label, so that attested text can never begin a line (runners of workflows take commands from
/// line starts, and others anywhere: those <see cref="PrintableText"/> breaks); identities are shown in ASCII, so that look-alikes differ.
/// </summary>
internal sealed class ProofText
{
    private readonly StringBuilder _text = new();

    private ProofText()
    {
    }

    /// <summary>What a verified target's bundles prove, a block each. What several say in the same words is told once, with the first of them.</summary>
    public static IEnumerable<string> Of(TargetVerdict verdict) => verdict.Trials
        .Where(trial => trial.Verified is not null)
        .GroupBy(trial => Of(verdict.Target, trial.Verified!, verdict.Trust), StringComparer.Ordinal)
        .Select(same => same.Key + Bundle(same.First().Origin, same.Count() - 1));

    /// <summary>A verified target in one line: what kinds of evidence, and whose.</summary>
    public static string Short(TargetVerdict verdict)
    {
        VerifiedBundle[] proofs = [.. verdict.Trials.Select(trial => trial.Verified).OfType<VerifiedBundle>()];
        var kinds = proofs.Select(proof => proof.Statement is { } statement ? PrintableText.Exact(statement.PredicateType) : "plain signature");
        var signers = proofs.Select(proof => proof.Identity is { } identity ? PrintableText.Exact(identity.SignerUri) : $"the managed key {proof.Key.Id}");
        return $"Verified: {PrintableText.Neutralise(verdict.Target)}  {string.Join(", ", kinds.Distinct())}  {string.Join(", ", signers.Distinct())}\n";
    }

    /// <summary>The lines, each with its line feed, the target's name first.</summary>
    public static string Of(string target, VerifiedBundle proof, TrustOrigin? trust)
    {
        var text = new ProofText();
        text.Verified(target, proof);
        if (trust is { IsGiven: false })
        {
            text.Line("Trusted by", PrintableText.Neutralise(trust.Text), trust.Taken?.ToString("'of 'yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        return text._text.ToString();
    }

    private static string Bundle(string origin, int more)
    {
        var text = new ProofText();
        text.Line("Bundle", PrintableText.Neutralise(origin), more == 0 ? null : string.Create(CultureInfo.InvariantCulture, $"and {more} more that say the same"));
        return text._text.ToString();
    }

    private void Verified(string target, VerifiedBundle proof)
    {
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

        if (proof.Identity is { } identity)
        {
            Signer(identity);
        }
        else
        {
            Line("Signer", $"the managed key {proof.Key.Id}", "no authority vouches for it");
        }

        foreach (var time in proof.Times)
        {
            Line("Signed at", time.Time.ToString("u", CultureInfo.InvariantCulture), PrintableText.Exact(time.Source));
        }

        if (proof.LogEntries.Count == 0)
        {
            Line("Log entry", "none: what else this signer signs is nowhere to be seen");
        }

        foreach (var entry in proof.LogEntries)
        {
            Line("Log entry", string.Create(CultureInfo.InvariantCulture, $"{entry.Index} of {PrintableText.Exact(entry.Origin)}"), Shown(entry.Operator), Cosigned(entry));
        }
    }

    private static string? Cosigned(VerifiedLogEntry entry) => entry.Cosignatures.Count == 0
        ? null
        : $"cosigned by {string.Join(", ", entry.Cosignatures.Select(cosignature => PrintableText.Exact(cosignature.Witness)))}";

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

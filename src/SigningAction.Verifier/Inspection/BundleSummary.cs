using System.Globalization;
using System.Text;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Timestamps;
using SigningAction.Evidence.Transparency;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Inspection;

/// <summary>
/// What people look for in a bundle, in a dozen lines: who, what, when, where it is logged. As in <see cref="TextTree"/> each line has the mark first, and what does not parse
/// says so in its place.
/// </summary>
internal sealed class BundleSummary
{
    /// <summary>Entries and timestamps that are told each; a bundle of a release has one or two.</summary>
    private const int MostOfAKind = 4;

    private readonly StringBuilder _text = new();
    private readonly string _mark;

    private BundleSummary(string mark) => _mark = mark;

    /// <summary>The lines, each with its line feed.</summary>
    public static string Of(string origin, Bundle bundle, string mark)
    {
        var summary = new BundleSummary(mark);
        var version = bundle.Version switch { BundleVersion.V01 => "0.1", BundleVersion.V02 => "0.2", _ => "0.3" };
        summary.Line("Bundle", PrintableText.Neutralise(origin), $"v{version}; --full shows all of it");
        summary.Content(bundle);
        summary.Signer(bundle.Signer);
        foreach (var timestamp in bundle.Timestamps.Take(MostOfAKind))
        {
            summary.Part("Timestamp", () => summary.Line("Timestamp", Time(TimestampToken.Parse(timestamp).ClaimedTime)));
        }

        foreach (var entry in bundle.LogEntries.Take(MostOfAKind))
        {
            summary.Part("Log entry", () => summary.Entry(entry));
        }

        summary.More("Timestamp", bundle.Timestamps.Count);
        summary.More("Log entry", bundle.LogEntries.Count);
        return summary._text.ToString();
    }

    private void Content(Bundle bundle)
    {
        if (bundle.MessageSignature is { } message)
        {
            Line("Signature", $"plain, of {PrintableText.Exact(message.DigestAlgorithm ?? "a digest")} {Convert.ToHexStringLower(message.Digest.Span)}");
        }
        else if (bundle.Envelope is { } envelope)
        {
            Part("Statement", () => Statement(envelope));
        }
    }

    private void Statement(DsseEnvelope envelope)
    {
        if (envelope.PayloadType != DsseEnvelope.InTotoPayloadType)
        {
            Line("Payload", PrintableText.Exact(envelope.PayloadType));
            return;
        }

        var statement = Evidence.Bundles.Statement.Parse(envelope.Payload);
        Line("Statement", PrintableText.Exact(statement.PredicateType));
        var first = statement.Subjects[0];
        var digest = first.Digests.Count == 0 ? string.Empty : $"  {PrintableText.Exact(first.Digests.First().Key)}:{PrintableText.Exact(first.Digests.First().Value)}";
        Line("Subject", PrintableText.Neutralise(first.Name) + digest, statement.Subjects.Count == 1 ? null : string.Create(CultureInfo.InvariantCulture, $"and {statement.Subjects.Count - 1} more"));
    }

    private void Signer(SignerMaterial signer)
    {
        if (signer.KeyHint is { } hint)
        {
            Line("Signer", $"a managed key, hint {PrintableText.Exact(hint)}");
            return;
        }

        Part("Certificate", () =>
        {
            var certificate = Certificate.Parse(signer.Certificate);
            Line("Certificate", $"of \"{PrintableText.Exact(certificate.Issuer.ToString())}\", {Time(certificate.NotBefore)} to {Time(certificate.NotAfter)}");
        });
        Part("Signer", () => Identity(SigningCertificate.Parse(signer.Certificate).Identity));
    }

    private void Identity(PipelineIdentity? identity)
    {
        if (identity is null)
        {
            Line("Signer", "no Sigstore identity is in the certificate");
            return;
        }

        Line("Signer", PrintableText.Exact(identity.SignerUri));
        Line("Issuer", PrintableText.Exact(identity.Issuer));
        Line("Repository", PrintableText.Exact(identity.RepositoryUri ?? string.Empty));
        Line("Commit", PrintableText.Exact(identity.SourceDigest ?? string.Empty));
        Line("Ref", PrintableText.Exact(identity.SourceRef ?? string.Empty));
    }

    private void Entry(LogEntry entry)
    {
        var origin = entry.InclusionProof is { Checkpoint.Length: > 0 } proof
            ? PrintableText.Exact(Checkpoint.ParseText(SignedNote.Parse(proof.Checkpoint).Text).Origin)
            : $"the log with id {Convert.ToHexStringLower(entry.LogId.Span)}";
        Line(
            "Log entry",
            string.Create(CultureInfo.InvariantCulture, $"{entry.LogIndex} of {origin}"),
            entry.IntegratedTime > 0 && entry.IntegratedTime <= DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? Time(DateTimeOffset.FromUnixTimeSeconds(entry.IntegratedTime)) : null);
    }

    private void More(string label, int count)
    {
        if (count > MostOfAKind)
        {
            Line(label, string.Create(CultureInfo.InvariantCulture, $"and {count - MostOfAKind} more"));
        }
    }

    private static string Time(DateTimeOffset time) => time.ToString("u", CultureInfo.InvariantCulture);

    private void Part(string label, Action write)
    {
        try
        {
            write();
        }
        catch (EvidenceException e)
        {
            Line(label, $"could not be read: {e.Failure.Fault}");
        }
    }

    private void Line(string label, string? value, string? note = null)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _ = _text.Append(CultureInfo.InvariantCulture, $"{_mark}{label,-12} {value}{(note is null ? string.Empty : $" ({note})")}\n");
        }
    }
}

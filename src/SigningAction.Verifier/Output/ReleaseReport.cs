using System.Globalization;
using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Verdicts;

namespace SigningAction.Verifier.Output;

/// <summary>A release for people: one table, then one verdict, in one write. To standard output when the whole release is verified, to standard error otherwise.</summary>
internal sealed class ReleaseReport(TextWriter output, TextWriter error) : IReport
{
    private const int WidestName = 60;

    private readonly List<TargetVerdict> _verdicts = [];

    public void Add(TargetVerdict verdict) => _verdicts.Add(verdict);

    public void Finish(RunSummary summary)
    {
        if (summary.Problem is { } problem)
        {
            new TextReport(output, error).Finish(summary);
            return;
        }

        var width = Math.Min(WidestName, _verdicts.Max(verdict => Name(verdict).Length));
        var text = new StringBuilder();
        foreach (var verdict in _verdicts)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"{Word(verdict),-11} {Name(verdict).PadRight(width)}  {Why(verdict)}\n");
        }

        _ = text.Append('\n').Append(Verdict(summary));
        (summary.Exit == ExitCode.Verified ? output : error).Write(text.ToString());
    }

    private static string Name(TargetVerdict verdict) => PrintableText.Neutralise(Path.GetFileName(verdict.Target));

    private static string Word(TargetVerdict verdict) => verdict.Problem?.Exit switch
    {
        null => "verified",
        ExitCode.Refused => "REFUSED",
        _ => "not checked",
    };

    private static string Why(TargetVerdict verdict) =>
        verdict.Problem is { } problem ? $"{problem.Code}: {problem.Fault}" : string.Join(", ", Proofs(verdict).Select(proof => Kind(proof)).Distinct());

    private static string Kind(VerifiedBundle proof) => proof.Statement is { } statement ? PrintableText.Exact(statement.PredicateType) : "plain signature";

    private static IEnumerable<VerifiedBundle> Proofs(TargetVerdict verdict) => verdict.Trials.Select(trial => trial.Verified).OfType<VerifiedBundle>();

    private string Verdict(RunSummary summary)
    {
        var counts = string.Create(CultureInfo.InvariantCulture, $"{summary.Verified} verified, {summary.Refused} refused, {summary.NotChecked} not checked");
        if (summary.Exit != ExitCode.Verified)
        {
            var remedies = _verdicts.Select(verdict => verdict.Problem).OfType<Problem>().DistinctBy(problem => (problem.Code, problem.Remedy));
            return $"{(summary.Exit == ExitCode.Refused ? "REFUSED" : "Not checked")}: the release ({counts})\n"
                + string.Concat(remedies.Select(problem => $"  {problem.Code}: {problem.Remedy}\n"));
        }

        // Only identities whose source every file shares stand for the release.
        var source = Proofs(_verdicts[0]).Select(proof => proof.Identity)
            .FirstOrDefault(identity => identity is not null && _verdicts.All(verdict => Proofs(verdict).Any(proof => IsSame(proof.Identity, identity))));
        return $"Verified: the whole release ({counts})\n" + (source is null ? Line("Signer", $"the managed key {Proofs(_verdicts[0]).First().Key.Id}") : Lines(source));
    }

    private static string Lines(PipelineIdentity source) =>
        Line("Repository", source.RepositoryUri) + Line("Commit", source.SourceDigest) + Line("Ref", source.SourceRef) + Line("Signer", source.SignerUri) + Line(
            "Issuer", source.Issuer);

    private static bool IsSame(PipelineIdentity? left, PipelineIdentity right) => left is not null &&
        (left.RepositoryUri ?? left.SignerUri, left.SourceDigest) == (right.RepositoryUri ?? right.SignerUri, right.SourceDigest);

    private static string Line(string label, string? value) =>
        string.IsNullOrEmpty(value) ? string.Empty : $"  {label,-12} {PrintableText.Exact(value)}\n";
}

using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Verdicts;

/// <summary>The verdicts on a release's files with what is wrong with the release as a whole.</summary>
internal static class ReleaseVerdicts
{
    /// <summary>Each file's verdict, refused where the file does not belong; behind them one for each file that is missing.</summary>
    public static IEnumerable<TargetVerdict> Of(IReadOnlyList<TargetVerdict> files)
    {
        ReleaseFile[] proven = [.. files.Where(file => file.Sha256 is not null).Select(file => new ReleaseFile(
            Path.GetFileName(file.Target),
            file.Sha256!.Value,
            file.Problem is null ? [.. file.Trials.Select(trial => trial.Verified).OfType<VerifiedBundle>()] : []))];
        var faults = ReleaseCompleteness.Faults(proven).ToLookup(fault => fault.Name, fault => fault.Failure, StringComparer.Ordinal);
        var names = files.Select(file => Path.GetFileName(file.Target)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in files)
        {
            // A file's own problem says more than that the release does not know it.
            var fault = faults[Path.GetFileName(file.Target)].FirstOrDefault();
            yield return file.Problem is null && fault is not null ? file with { Problem = Problem.Of(fault) } : file;
        }

        foreach (var missing in faults.Where(fault => !names.Contains(fault.Key)))
        {
            yield return TargetVerdict.Failed(missing.Key, Problem.Of(missing.First()));
        }
    }
}

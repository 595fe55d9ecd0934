using SigningAction.Evidence.Encoding;
using SigningAction.Verifier.Trust;

namespace SigningAction.Verifier.Verdicts;

/// <summary>The verdict on one target. Verified means <paramref name="Problem"/> is null: at least one bundle proves what was asked.</summary>
/// <param name="Target">The target as it is shown: the path, digest or image.</param>
/// <param name="Sha256">Its digest, where it came to be known.</param>
/// <param name="Trials">Every bundle that was tried, in the order of the sources.</param>
/// <param name="Problem">Why the target is not verified.</param>
internal sealed record TargetVerdict(string Target, Sha256Digest? Sha256, IReadOnlyList<Trial> Trials, Problem? Problem)
{
    /// <summary>Where the trust that judged comes from; null where nothing was judged.</summary>
    public TrustOrigin? Trust { get; init; }

    /// <summary>What the reader should know beside the verdict: plain sentences, fit to show.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The verdict that the trials give: one proof is enough, and without one the most telling problem is the target's.</summary>
    /// <param name="target">The target's name.</param>
    /// <param name="sha256">Its digest, where known.</param>
    /// <param name="trials">The bundles that were tried.</param>
    /// <param name="nothingFound">The problem when there are none: nothing tried is nothing proven.</param>
    public static TargetVerdict Of(string target, Sha256Digest? sha256, IReadOnlyList<Trial> trials, Problem nothingFound) => new(
        target,
        sha256,
        trials,
        trials.Any(trial => trial.Verified is not null) ? null : trials.Count == 0 ? nothingFound : MostTelling.Of(trials.Select(trial => trial.Problem!)));

    /// <summary>A target that no bundle could be tried on.</summary>
    public static TargetVerdict Failed(string target, Problem problem) => new(target, null, [], problem);
}

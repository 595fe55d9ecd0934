using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Verification;

/// <summary>
/// Whether files that are proven one by one are one whole release: nothing missing, nothing extra, all of one source at one commit. What must be there is what a release
/// attestation names; without one, every subject of every attestation that verified.
/// </summary>
public static class ReleaseCompleteness
{
    /// <summary>Predicate type of a release attestation (in-toto <c>release</c>): its subjects are all files of the release, by name.</summary>
    public const string PredicateType = "https://in-toto.io/attestation/release/v0.1";

    private const string NewerPredicateType = "https://in-toto.io/attestation/release/v0.2";

    /// <summary>
    /// What is wrong, by file name; none for a whole release. Files without a proof are the caller's to refuse: nothing is said about them here but that they
    /// are extra.
    /// </summary>
    public static IReadOnlyList<(string Name, VerificationFailure Failure)> Faults(IReadOnlyList<ReleaseFile> files)
    {
        var faults = new List<(string, VerificationFailure)>();
        if (Manifest(files) is { } manifest)
        {
            Compare(files, manifest, faults);
        }
        else
        {
            RequireSubjects(files, faults);
        }

        RequireOneSource(files, faults);
        return faults;
    }

    /// <summary>The newest release attestation, which replaces earlier ones (in-toto <c>release</c>); null where there is none.</summary>
    private static Statement? Manifest(IReadOnlyList<ReleaseFile> files) => files.SelectMany(file => file.Proofs)
        .Where(proof => proof.Statement?.PredicateType is PredicateType or NewerPredicateType)
        .MaxBy(proof => proof.Times.Min(time => time.Time))?.Statement;

    private static void Compare(IReadOnlyList<ReleaseFile> files, Statement manifest, List<(string, VerificationFailure)> faults)
    {
        foreach (var subject in manifest.Subjects.Where(subject => !files.Any(file => file.Name == subject.Name)))
        {
            faults.Add((subject.Name, new(FailureCode.ReleaseFileMissing, "The release attestation names this file, and it is not there.")));
        }

        foreach (var file in files)
        {
            var named = manifest.Subjects.Where(subject => subject.Name == file.Name).ToArray();
            if (named.Length == 0)
            {
                faults.Add((file.Name, new(FailureCode.ReleaseFileUnknown, "The release attestation does not name this file.")));
            }
            else if (!named.Any(subject => Is(subject, file)))
            {
                faults.Add((file.Name, new(FailureCode.ReleaseFileUnknown, $"The release attestation names this file with another digest than {file.Sha256}.")));
            }
        }
    }

    private static void RequireSubjects(IReadOnlyList<ReleaseFile> files, List<(string, VerificationFailure)> faults)
    {
        var present = files.Select(file => file.Sha256.ToString()).ToHashSet(StringComparer.Ordinal);
        var proofs = files.SelectMany(file => file.Proofs).ToArray();
        var proven = proofs.SelectMany(proof => proof.Subject?.Accepted ?? []).ToHashSet();
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var subject in proofs.SelectMany(proof => proof.Statement?.Subjects ?? []))
        {
            var isThere = subject.Digests.TryGetValue("sha256", out var digest) ? present.Contains(digest) : subject.Accepted.Any(proven.Contains);
            if (!isThere && told.Add($"{subject.Name}\0{digest}"))
            {
                faults.Add((subject.Name, new(FailureCode.ReleaseFileMissing, "An attestation of this release is also about this file, and it is not there.")));
            }
        }
    }

    /// <summary>Most files decide what the release is of: one file of another commit is the stranger, not all others.</summary>
    private static void RequireOneSource(IReadOnlyList<ReleaseFile> files, List<(string, VerificationFailure)> faults)
    {
        var proven = files.Where(file => file.Proofs.Count > 0).ToArray();
        var source = proven.SelectMany(file => file.Proofs.Select(Source).Distinct())
            .GroupBy(candidate => candidate)
            .OrderByDescending(group => group.Count())
            .Select(group => group.Key)
            .FirstOrDefault();
        foreach (var file in proven.Where(file => !file.Proofs.Select(Source).Contains(source)))
        {
            var (repository, commit) = Source(file.Proofs[0]);
            faults.Add((file.Name, new(
                FailureCode.ReleaseMixed,
                $"The file is of {PrintableText.Exact(repository)} at {PrintableText.Exact(commit)}; "
                    + $"the release is of {PrintableText.Exact(source.Repository)} at {PrintableText.Exact(source.Commit)}.")));
        }
    }

    /// <summary>A managed key states no source: what it signed is of one source as long as it is the same key.</summary>
    private static (string Repository, string Commit) Source(VerifiedBundle proof) =>
        (proof.Identity?.RepositoryUri ?? proof.Identity?.SignerUri ?? $"the key {proof.Key.Id}", proof.Identity?.SourceDigest ?? "no stated commit");

    private static bool Is(Subject subject, ReleaseFile file) =>
        subject.Digests.TryGetValue("sha256", out var digest)
            ? string.Equals(digest, file.Sha256.ToString(), StringComparison.Ordinal)
            : file.Proofs.Any(proof => proof.Subject?.Accepted.Intersect(subject.Accepted).Any() == true);
}

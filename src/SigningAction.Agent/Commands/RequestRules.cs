using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Commands;

/// <summary>
/// Which things cannot be asked for together. Names are those of the action's inputs; as options they have <c>--</c> before them.
/// The first rule that is broken is told, before a file is read or a token asked for.
/// </summary>
public static class RequestRules
{
    private static readonly (Func<SigningRequest, bool> Broken, string Message)[] Rules =
    [
        (r => !r.Attest && !r.Sign, "Nothing is asked for: neither an attestation nor signatures."),
        (r => SubjectKinds(r) > 1, "Only one of PATH (subject-path), subject-digest and subject-checksums can name the subjects; several were given. Use one, or run the step twice."),
        (r => r.SubjectDigest is not null && r.SubjectName is null, "subject-digest says what is attested, but not what it is called: give subject-name too, for an image its name without tag."),
        (r => r.SubjectName is not null && r.SubjectChecksums is not null, "subject-name cannot stand beside subject-checksums: each line of checksums has a name of its own. Leave subject-name out."),
        (r => r.SubjectName is not null && r.ArtifactsList is not null, "subject-name is given, and neither subject-digest nor subject-path that it names; is that the empty output of an earlier step? To attest what the runner's list declares leave subject-name out: the list has names of its own."),
        (r => r.SubjectDigest is { } digest && !Subjects.SubjectDigest.TryParse(digest, out _), "subject-digest is not of the form sha256:HEX with 64 hexadecimal digits (sha384 has 96, sha512 has 128)."),
        (r => r.SubjectName is { } name && !Pipelines.UntrustedText.IsPrintable(name), "subject-name has control, format or unassigned characters, with which one name can be shown as another."),
        (r => r.SbomPath is not null && (r.PredicateType ?? r.Predicate ?? r.PredicatePath) is not null, "sbom-path makes the predicate itself: leave predicate-type, predicate and predicate-path out, or leave sbom-path out."),
        (r => r.Predicate is not null && r.PredicatePath is not null, "predicate and predicate-path are the same thing as text and as file: give only one."),
        (r => r.PredicateType is null && (r.Predicate ?? r.PredicatePath) is not null, "A predicate without predicate-type cannot be read by anybody: give predicate-type, the URI of its type."),
        (r => r.PredicateType is not null && (r.Predicate ?? r.PredicatePath) is null, "predicate-type without a predicate: give predicate or predicate-path, or leave predicate-type out for provenance."),
        (r => r.Statement is not null && (SubjectKinds(r) > 0 || r.SubjectName is not null), "--statement names its subjects itself: give either subjects or --statement."),
        (r => r.Statement is not null && (r.SbomPath ?? r.PredicateType) is not null, "--statement has its predicate already: leave sbom-path and predicate-type out."),
        (r => r.Sign && (r.SubjectDigest ?? r.SubjectChecksums ?? r.ArtifactsList) is not null, "sign makes a signature for each file, and subject-digest, subject-checksums and the runner's list of artifacts (GITHUB_ARTIFACTS_LIST) name no file here: use subject-path, or leave sign out."),
        (r => r.PushToRegistry && (r.Paths.Count > 0 || r.Statement is not null), "push-to-registry attaches the attestation to images, and files are none: give an image's name as subject-name and its digest as subject-digest, or many images as subject-checksums."),
        (r => r.SubjectVersion is not null && !(r.PushToRegistry && r.CreateStorageRecord), "subject-version is written into a storage record, and none is made: set push-to-registry (and create-storage-record), or leave subject-version out."),
        (r => r.SubjectVersion is not null && !r.IsKnownToGitHub, "subject-version is written into a storage record, and GitHub makes one only of what public-good or github attested: give one of these as authority, or leave subject-version out."),
        (r => r.Bundle is not null && r.BundleDirectory is not null, "--bundle names one file and --bundle-dir a directory: give only one."),
        (r => r.Bundle is not null && r.Attest && r.Sign, "--bundle names one file, and attestation and signatures are several: give --bundle-dir."),
        (r => r.TrustedRoot is not null && (r.TufUrl ?? r.TufRoot) is not null, "trusted-root is the file, and tuf-url and tuf-root a repository that serves one: give only one of the two."),
        (r => r.TufUrl is not null && r.TufRoot is null, "tuf-url names a repository, and nothing says whose keys to believe there: give tuf-root too, its first root.json, got by a way that you trust."),
        (r => r.TufRoot is not null && r.TufUrl is null && r.Authority != GitHubInstance.Name, "tuf-root is the first root of a TUF repository, and nothing says which: give tuf-url too."),
        (r => r.Authority == GitHubInstance.Name && (r.TrustedRoot ?? r.TufRoot) is null, "authority is 'github', and the trusted root of GitHub's own instance is not built in: give trusted-root, a file that 'gh attestation trusted-root' prints, or tuf-root, the first root.json of https://tuf-repo.github.com."),
        (r => r.Authority is null && r.SigningConfig is null && (r.TrustedRoot ?? r.TufRoot) is null, "No services to sign with: give authority, which is a URL, public-good or github, or both signing-config and trusted-root."),
        (r => r.Authority is null && r.SigningConfig is null, "trusted-root says whom to believe, and nothing says who signs: give authority or signing-config too."),
        (r => r.Authority is null && (r.TrustedRoot ?? r.TufRoot) is null, "signing-config says who signs, and nothing says whom to believe: give authority or trusted-root too."),
        (r => r.AuthorityUrl is { } url && !ServiceAddress.IsUsable(url), "authority is none of what it may be: the https URL of a signing authority (http only for 127.0.0.1, [::1] and localhost; without user name and fragment), public-good, or github."),
        (r => r.TufUrl is { } url && !ServiceAddress.IsUsable(url), "tuf-url is no https URL (http only for 127.0.0.1, [::1] and localhost; without user name and fragment)."),
        (r => r.Release?.StartsWith("refs/", StringComparison.Ordinal) == true, "release is a ref, and a release is known by its tag alone: write v1.0 in the place of refs/tags/v1.0; in a workflow that a tag starts that is github.ref_name."),
        (r => r.Wait <= TimeSpan.Zero || r.Wait > TimeSpan.FromHours(6), "wait must be more than nothing and at most 6h, the longest that a hosted job lives."),
        (r => SubjectKinds(r) == 0 && r.Statement is null && r.Attest, "Nothing to attest: name the subjects by PATH (subject-path), subject-digest or subject-checksums, or declare them to the runner (GITHUB_ARTIFACTS)."),
        (r => SubjectKinds(r) == 0 && r.Statement is null, "Nothing to sign: give at least one PATH."),
    ];

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>.</exception>
    public static void Require(SigningRequest request)
    {
        foreach (var (broken, message) in Rules)
        {
            if (broken(request))
            {
                throw new AgentException(AgentFault.Usage, message);
            }
        }
    }

    private static int SubjectKinds(SigningRequest request) =>
        (request.Paths.Count > 0 ? 1 : 0) + (request.SubjectDigest is null ? 0 : 1) + (request.SubjectChecksums is null ? 0 : 1) + (request.ArtifactsList is null ? 0 : 1);
}

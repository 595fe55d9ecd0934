namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>Every input of the action, in one place: <c>action.yml</c> is compared with <see cref="All"/>, and the verb <c>action</c> reads by these.</summary>
public static class ActionInputs
{
    /// <summary>Files and globs, one a line or with commas between.</summary>
    public static readonly ActionInput SubjectPath = new("subject-path");

    /// <summary><c>sha256:HEX</c> of a subject that is no file here.</summary>
    public static readonly ActionInput SubjectDigest = new("subject-digest");

    /// <summary>Name of the subject; for an image its name without tag.</summary>
    public static readonly ActionInput SubjectName = new("subject-name");

    /// <summary>File of checksum lines, or the lines themselves.</summary>
    public static readonly ActionInput SubjectChecksums = new("subject-checksums");

    /// <summary>Version of the subject in a storage record.</summary>
    public static readonly ActionInput SubjectVersion = new("subject-version");

    /// <summary>SPDX or CycloneDX document (JSON) that becomes the predicate.</summary>
    public static readonly ActionInput SbomPath = new("sbom-path");

    /// <summary>URI of the type of a predicate of the workflow's own.</summary>
    public static readonly ActionInput PredicateType = new("predicate-type");

    /// <summary>That predicate as JSON text.</summary>
    public static readonly ActionInput Predicate = new("predicate");

    /// <summary>That predicate as a file.</summary>
    public static readonly ActionInput PredicatePath = new("predicate-path");

    /// <summary>Whether the attestation is attached to the image in its registry.</summary>
    public static readonly ActionInput PushToRegistry = new("push-to-registry", "false");

    /// <summary>Whether a pushed image gets a storage record.</summary>
    public static readonly ActionInput CreateStorageRecord = new("create-storage-record", "true");

    /// <summary>Whether the step has a summary.</summary>
    public static readonly ActionInput ShowSummary = new("show-summary", "true");

    /// <summary>Token for the API: a secret.</summary>
    public static readonly ActionInput GitHubToken = new("github-token", "${{ github.token }}");

    /// <summary>URL of an authority, <c>public-good</c> or <c>github</c>.</summary>
    public static readonly ActionInput Authority = new("authority");

    /// <summary>Whether a private repository may sign with the public instance, which makes its name public.</summary>
    public static readonly ActionInput PublishPrivateRepository = new(Signing.PublicGood.AllowPrivate, "false");

    /// <summary>File with the trusted root, from the workspace: whom to believe.</summary>
    public static readonly ActionInput TrustedRoot = new("trusted-root");

    /// <summary>File with the signing config, from the workspace: which services.</summary>
    public static readonly ActionInput SigningConfig = new("signing-config");

    /// <summary>TUF repository that serves the trusted root.</summary>
    public static readonly ActionInput TufUrl = new("tuf-url");

    /// <summary>File with the first root of that repository, from the workspace.</summary>
    public static readonly ActionInput TufRoot = new("tuf-root");

    /// <summary>Whether each file gets a plain signature too.</summary>
    public static readonly ActionInput Sign = new("sign", "false");

    /// <summary>Tag of the release that the bundles are attached to.</summary>
    public static readonly ActionInput Release = new("release");

    /// <summary>Directory that the bundles are written to, from the workspace.</summary>
    public static readonly ActionInput BundleDirectory = new("bundle-dir", "attestations");

    /// <summary>Time budget over all services: a number with <c>s</c>, <c>m</c> or <c>h</c>.</summary>
    public static readonly ActionInput Wait = new("wait", "10m");

    /// <summary>What a fork's pull request, which gets no identity, does: <c>skip</c> or <c>fail</c>.</summary>
    public static readonly ActionInput OnFork = new("on-fork", "skip");

    /// <summary>Whether the step only says what it would do.</summary>
    public static readonly ActionInput DryRun = new("dry-run", "false");

    /// <summary>Whether the bundles are read back and compared with what was verified, and the files hashed again.</summary>
    public static readonly ActionInput Verify = new("verify", "true");

    /// <summary>All of them, those of actions/attest first.</summary>
    public static IReadOnlyList<ActionInput> All { get; } =
    [
        SubjectPath, SubjectDigest, SubjectName, SubjectChecksums, SubjectVersion, SbomPath, PredicateType, Predicate, PredicatePath,
        PushToRegistry, CreateStorageRecord, ShowSummary, GitHubToken,
        Authority, PublishPrivateRepository, TrustedRoot, SigningConfig, TufUrl, TufRoot, Sign, Release, BundleDirectory, Wait, OnFork, DryRun, Verify,
    ];
}

namespace SigningAction.Agent.Commands;

/// <summary>What one run is asked for, by a command line or by the inputs of the action. Null is what was not given.</summary>
public sealed record SigningRequest
{
    /// <summary>Paths and globs of what is to be signed.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    /// <summary>Whether an attestation is made.</summary>
    public required bool Attest { get; init; }

    /// <summary>Whether each file gets a plain signature.</summary>
    public required bool Sign { get; init; }

    /// <summary><c>ALGORITHM:HEX</c> of a subject that is no file here.</summary>
    public string? SubjectDigest { get; init; }

    /// <summary>Name of the subject.</summary>
    public string? SubjectName { get; init; }

    /// <summary>File of checksum lines, or the lines.</summary>
    public string? SubjectChecksums { get; init; }

    /// <summary>The runner's list of what earlier steps made; only where no subject is named.</summary>
    public string? ArtifactsList { get; init; }

    /// <summary>Version of the subject in a storage record.</summary>
    public string? SubjectVersion { get; init; }

    /// <summary>SPDX or CycloneDX document that becomes the predicate.</summary>
    public string? SbomPath { get; init; }

    /// <summary>Type of a predicate of the caller's own.</summary>
    public string? PredicateType { get; init; }

    /// <summary>That predicate as JSON.</summary>
    public string? Predicate { get; init; }

    /// <summary>That predicate as a file.</summary>
    public string? PredicatePath { get; init; }

    /// <summary>File with a whole in-toto statement, signed byte for byte as it is.</summary>
    public string? Statement { get; init; }

    /// <summary>Signing config file: which services.</summary>
    public string? SigningConfig { get; init; }

    /// <summary>Trusted root file: whom to believe.</summary>
    public string? TrustedRoot { get; init; }

    /// <summary>TUF repository that serves the trusted root; null is the one of <see cref="Signing.GitHubInstance"/>.</summary>
    public string? TufUrl { get; init; }

    /// <summary>File with the first root of the TUF repository.</summary>
    public string? TufRoot { get; init; }

    /// <summary>URL of an authority that serves both files, <see cref="Signing.PublicGood.Name"/> or <see cref="Signing.GitHubInstance.Name"/>.</summary>
    public string? Authority { get; init; }

    /// <summary>Whether a private repository may sign with <see cref="Signing.PublicGood"/>, which makes its name public.</summary>
    public bool PublishPrivateRepository { get; init; }

    /// <summary>The authority where it is a URL; null where it is an instance by name.</summary>
    public string? AuthorityUrl => IsKnownToGitHub ? null : Authority;

    /// <summary>Whether GitHub can verify what is signed: it takes attestations of the public instance and of its own, and storage records only of images that have such a one.</summary>
    public bool IsKnownToGitHub => Authority is Signing.PublicGood.Name or Signing.GitHubInstance.Name;

    /// <summary>A token, or the path of a file that holds one.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>Whom the pipeline's token is for.</summary>
    public string Audience { get; init; } = Pipelines.TokenSource.DefaultAudience;

    /// <summary>Where the one bundle goes, or all bundles of one attestation as JSON Lines.</summary>
    public string? Bundle { get; init; }

    /// <summary>Directory that the bundles go to.</summary>
    public string? BundleDirectory { get; init; }

    /// <summary>Whether the attestation is attached to the image in its registry.</summary>
    public bool PushToRegistry { get; init; }

    /// <summary>Whether a pushed image gets a storage record.</summary>
    public bool CreateStorageRecord { get; init; }

    /// <summary>Tag of the release that the bundles are attached to.</summary>
    public string? Release { get; init; }

    /// <summary>Token for the API: a secret, masked.</summary>
    public string? GitHubToken { get; init; }

    /// <summary>Time budget over all services.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether the place shows a summary.</summary>
    public bool ShowSummary { get; init; } = true;

    /// <summary>Whether everything is done short of asking for a token.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether what was written is read back, and the files hashed again.</summary>
    public bool ReadBack { get; init; }

    /// <summary>Whether the report is JSON.</summary>
    public bool Json { get; init; }

    /// <summary>The same; where it names no subject, with those that the runner was told by earlier steps, if it keeps such a list.</summary>
    public SigningRequest OrDeclared(AgentEnvironment environment) =>
        Paths.Count == 0 && SubjectDigest is null && SubjectChecksums is null && environment.Variable(Subjects.ArtifactsList.Variable) is { } list && File.Exists(list)
            ? this with { ArtifactsList = list }
            : this;
}

using SigningAction.Agent.Publishing;

namespace SigningAction.Agent.Signing;

/// <summary>What a run signed. All of it was verified.</summary>
/// <param name="Identity">Subject alternative name of the certificate: who signed.</param>
/// <param name="Bundles">The bundles, attestations first, in the order of the subjects.</param>
public sealed record SigningReport(string Identity, IReadOnlyList<SignedBundle> Bundles)
{
    /// <summary>OIDC issuer that knows the signer.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>Source repository as <c>https://HOST/OWNER/NAME</c>; null where the certificate names none.</summary>
    public string? RepositoryUri { get; init; }

    /// <summary>Authority whose trusted root verifies the bundles; null where files were given.</summary>
    public string? Authority { get; init; }

    /// <summary>URL of the authority that keeps every one of the bundles, where verifiers find them by the artifact; null where none does.</summary>
    public string? Shelf { get; init; }

    /// <summary>What the page of a log entry begins with, before its index; null where the log has no pages.</summary>
    public Uri? EntryPages { get; init; }

    /// <summary>Whether nothing was signed: the bundles are those that would be.</summary>
    public bool DryRun { get; init; }

    /// <summary>What is where: every bundle at every place that was asked for, in the order of the places.</summary>
    public IReadOnlyList<Publication> Publications { get; init; } = [];

    /// <summary>Ids of storage records that were made.</summary>
    public IReadOnlyList<string> StorageRecordIds { get; init; } = [];
}

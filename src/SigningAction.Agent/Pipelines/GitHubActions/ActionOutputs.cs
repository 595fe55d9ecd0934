namespace SigningAction.Agent.Pipelines.GitHubActions;

/// <summary>Every output of the action, in one place: <c>action.yml</c> is compared with <see cref="All"/>. Lists have one value a line.</summary>
public static class ActionOutputs
{
    /// <summary>The first bundle.</summary>
    public const string BundlePath = "bundle-path";

    /// <summary>Every bundle.</summary>
    public const string BundlePaths = "bundle-paths";

    /// <summary>The first attestation's id in the attestations API.</summary>
    public const string AttestationId = "attestation-id";

    /// <summary>Every attestation's id.</summary>
    public const string AttestationIds = "attestation-ids";

    /// <summary>Page of the first attestation.</summary>
    public const string AttestationUrl = "attestation-url";

    /// <summary>Page of every attestation.</summary>
    public const string AttestationUrls = "attestation-urls";

    /// <summary>Ids of the storage records, with commas between as actions/attest gives them.</summary>
    public const string StorageRecordIds = "storage-record-ids";

    /// <summary>Index of each entry in the transparency log.</summary>
    public const string LogIndex = "log-index";

    /// <summary>Subject alternative name of the certificate.</summary>
    public const string CertificateIdentity = "certificate-identity";

    /// <summary>The file that a rerun goes on from; only where the run did not come to its end.</summary>
    public const string StatePath = "state-path";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [BundlePath, BundlePaths, AttestationId, AttestationIds, AttestationUrl, AttestationUrls, StorageRecordIds, LogIndex, CertificateIdentity, StatePath];
}

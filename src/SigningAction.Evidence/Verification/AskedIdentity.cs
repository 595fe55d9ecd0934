using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Verification;

/// <summary>The identity that a policy asks for, in the terms of the one matcher. Made before a bundle is looked at: only a policy that makes sense has one.</summary>
internal sealed class AskedIdentity
{
    private const string NameAnother = " (name another with --signer-workflow)";

    private readonly VerificationPolicy _policy;
    private readonly List<IdentityRequirement> _requirements = [];

    private AskedIdentity(VerificationPolicy policy) => _policy = policy;

    private bool NamesSigner =>
        (_policy.Identity ?? _policy.SignerWorkflow ?? _policy.SignerRepository) is not null || _policy.IdentityPattern is not null || _policy.Signers is not null;

    private bool NamesSource => (_policy.Repository ?? _policy.Owner ?? _policy.RepositoryId ?? _policy.OwnerId) is not null;

    /// <summary>What <paramref name="policy"/> asks for.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.NoPolicy"/> when nobody is named, or a value is empty.</exception>
    public static AskedIdentity Of(VerificationPolicy policy)
    {
        var asked = new AskedIdentity(policy);
        asked.RequireValues();
        if (policy.Key is not null || policy.KeyValidity is not null)
        {
            asked.RequireKeyAlone();
        }
        else
        {
            asked.RequireSomebody();
            asked.AddRequirements();
        }

        return asked;
    }

    /// <summary>Requires that the signer is who was asked for.</summary>
    /// <param name="signer">Who signed, by the certificate; null where a managed key did, which has no identity and of which none was asked.</param>
    /// <exception cref="EvidenceException">With the code of the first thing that does not hold.</exception>
    public void Require(PipelineIdentity? signer)
    {
        if (_policy.Key is not null)
        {
            return;
        }

        ArgumentNullException.ThrowIfNull(signer);
        foreach (var requirement in _requirements)
        {
            requirement.Require(signer);
        }

        if (!NamesSigner && (_policy.Repository ?? _policy.Owner) is null)
        {
            HomeOf(signer).Require(signer);
        }

        if (_policy.Signers?.Decide(signer) is { IsAllowed: false } decision)
        {
            throw new EvidenceException(FailureCode.SignerNotAllowed, decision.Sentence());
        }
    }

    private void RequireValues()
    {
        string?[] values =
        [
            _policy.Issuer, _policy.Identity, _policy.Repository, _policy.Owner, _policy.RepositoryId, _policy.OwnerId, _policy.SignerWorkflow, _policy.SignerRepository,
            _policy.SignerDigest, _policy.SourceRef, _policy.SourceDigest, _policy.Event, _policy.Environment, _policy.PredicateType,
        ];
        if (values.Any(value => value?.Length == 0))
        {
            throw NoPolicy("The policy has an empty value, which would ask for nothing.");
        }

        if (_policy.LogThreshold < 1 || _policy.CertificateLogThreshold < 1 || _policy.TimeThreshold < 1)
        {
            throw NoPolicy("A threshold of the policy is below 1.");
        }
    }

    private void RequireKeyAlone()
    {
        if (_policy.Key is null || _policy.AsksForIdentity)
        {
            throw NoPolicy("A managed key has no identity: the policy asks either for the key or for an identity.");
        }

        if (!_policy.Profile.NeedsLogs)
        {
            throw NoPolicy($"The instance {_policy.Profile.Name} signs with certificates, and the policy asks for a key.");
        }
    }

    private void RequireSomebody()
    {
        if (!NamesSigner && !NamesSource)
        {
            throw NoPolicy("No identity was given, so anybody's signature would do.");
        }

        if (_policy.Issuer is null && _policy.IssuerPattern is null && _policy.Signers is null)
        {
            throw NoPolicy("No OIDC issuer is asked for, and the same name is another signer at another issuer.");
        }

        // Anybody may call a public workflow from a repository of his own: what it builds there is his.
        if ((_policy.SignerWorkflow ?? _policy.SignerRepository) is not null && !NamesSource
            && _policy.Identity is null && _policy.IdentityPattern is null && _policy.Signers is null)
        {
            throw NoPolicy("A workflow is named but not whose repository it may sign for, and anybody can call a workflow.");
        }
    }

    /// <summary>In the order in which a refusal looks for its reason.</summary>
    private void AddRequirements()
    {
        var (owner, repository) = (_policy.Owner, _policy.Repository);
        Add(FailureCode.IssuerMismatch, "OIDC issuer", PipelineClaim.Issuer, _policy.IssuerPattern is null ? _policy.Issuer : null);
        Add(FailureCode.IssuerMismatch, "OIDC issuer", PipelineClaim.Issuer, _policy.IssuerPattern);
        Add(FailureCode.IdentityMismatch, "identity", PipelineClaim.SignerUri, _policy.Identity);
        Add(FailureCode.IdentityMismatch, "identity", PipelineClaim.SignerUri, _policy.IdentityPattern);
        Add(FailureCode.OwnerMismatch, "id of the repository's owner", PipelineClaim.OwnerId, _policy.OwnerId);
        Add(FailureCode.RepositoryMismatch, "id of the source repository", PipelineClaim.RepositoryId, _policy.RepositoryId);

        // The ids were asked first: where one holds and its name does not, the name moved.
        var otherOwner = (_policy.OwnerId ?? _policy.RepositoryId) is null ? FailureCode.OwnerMismatch : FailureCode.NameMoved;
        var otherRepository = _policy.RepositoryId is null ? FailureCode.RepositoryMismatch : FailureCode.NameMoved;
        AddName(otherOwner, "owner of the repository", PipelineClaim.OwnerUri, owner);
        AddName(otherRepository, "source repository", PipelineClaim.RepositoryUri, repository);
        AddName(FailureCode.WorkflowMismatch, "signing workflow", PipelineClaim.SignerWorkflowUri, _policy.SignerWorkflow);
        AddHome(_policy.SignerRepository, string.Empty);
        AddHome(NamesSigner ? null : repository ?? owner, NameAnother);
        Add(FailureCode.SignerDigestMismatch, "commit of the signing workflow", PipelineClaim.WorkflowCommit, _policy.SignerDigest);
        Add(FailureCode.SourceRefMismatch, "source ref", PipelineClaim.Ref, _policy.SourceRef);
        Add(FailureCode.SourceDigestMismatch, "source commit", PipelineClaim.Commit, _policy.SourceDigest);
        Add(FailureCode.SelfHostedRunner, "kind of runner", PipelineClaim.Runner, _policy.DenySelfHostedRunners ? "github-hosted" : null);
        Add(FailureCode.EventMismatch, "event", PipelineClaim.Event, _policy.Event);
        Add(FailureCode.EnvironmentMismatch, "deployment environment", PipelineClaim.Environment, _policy.Environment);
    }

    /// <summary>
    /// Where only ids are given and no signer, the workflow must be of the very repository or owner that has the id, under whatever name the certificate gives it:
    /// known when the certificate is.
    /// </summary>
    private IdentityRequirement HomeOf(PipelineIdentity signer)
    {
        var home = _policy.RepositoryId is null ? signer.OwnerUri : signer.RepositoryUri;
        return string.IsNullOrEmpty(home)
            ? throw new EvidenceException(FailureCode.WorkflowMismatch, "The certificate does not name the repository that has the id.")
            : Below(home, NameAnother);
    }

    private void Add(FailureCode code, string what, PipelineClaim claim, string? value)
    {
        if (value is not null)
        {
            _requirements.Add(new(code, what, value, Condition.OneOf(claim, value)));
        }
    }

    private void Add(FailureCode code, string what, PipelineClaim claim, AnchoredPattern? pattern)
    {
        if (pattern is not null)
        {
            _requirements.Add(new(code, what, $"a match of the whole text with {pattern} (a part is no match: write the rest of the pattern, or ask by --owner or --repo)", Condition.Matching(claim, pattern)));
        }
    }

    private void AddName(FailureCode code, string what, PipelineClaim claim, string? name)
    {
        if (name is not null)
        {
            _requirements.Add(new(code, what, UriOf(name), Condition.Matching(claim, AnchoredPattern.OfName(UriOf(name)))));
        }
    }

    private void AddHome(string? name, string hint)
    {
        if (name is not null)
        {
            _requirements.Add(Below(UriOf(name), hint));
        }
    }

    private static IdentityRequirement Below(string home, string hint) => new(
        FailureCode.WorkflowMismatch, "signing workflow", $"one below {home}{hint}", Condition.Matching(PipelineClaim.SignerWorkflowUri, AnchoredPattern.Below(home)));

    private string UriOf(string name)
    {
        var server = _policy.Server;
        var host = server[(server.IndexOf("//", StringComparison.Ordinal) + 2)..] + "/";
        var uri = $"{server}/{(name.StartsWith(host, StringComparison.OrdinalIgnoreCase) ? name[host.Length..] : name)}";
        return uri.Length <= Limits.PatternCharacters ? uri : throw NoPolicy("The policy's repository, owner or workflow is too long.");
    }

    private static EvidenceException NoPolicy(string message) => new(FailureCode.NoPolicy, message);
}

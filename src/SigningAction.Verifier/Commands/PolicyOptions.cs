using System.CommandLine;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Policy;
using SigningAction.Verifier.Sources;
using SigningAction.Verifier.Sources.GitHub;

namespace SigningAction.Verifier.Commands;

/// <summary>The options that say who must have signed, and what.</summary>
internal sealed class PolicyOptions
{
    private readonly Option<string?> _repo = OptionValue.Text(
        "--repo", "OWNER/NAME", "The source repository. Its own workflows must have signed, unless a signer is named.", "-R", "--certificate-github-workflow-repository");
    private readonly Option<string?> _owner = OptionValue.Text("--owner", "OWNER", "The owner of the source repository, as --repo.", "-o");
    private readonly Option<string?> _repoId = OptionValue.Text("--repo-id", "NUMBER", "The id of the source repository: it stays when the name moves.");
    private readonly Option<string?> _ownerId = OptionValue.Text("--owner-id", "NUMBER", "The id of its owner.");
    private readonly Option<string?> _workflow = OptionValue.Text("--signer-workflow", "OWNER/NAME/PATH", "The workflow file that signed, without its ref.");
    private readonly Option<string?> _signerRepo = OptionValue.Text("--signer-repo", "OWNER/NAME", "The repository of the workflow that signed.");
    private readonly Option<string?> _signerDigest = OptionValue.Text("--signer-digest", "COMMIT", "The commit of the workflow file that signed.");
    private readonly Option<string?> _identity = OptionValue.Text("--cert-identity", "TEXT", "The certificate's subject alternative name, exactly.", "--certificate-identity");
    private readonly Option<string?> _identityRegex = OptionValue.Text(
        "--cert-identity-regex", "REGEX", "A pattern that the whole subject alternative name must match.", "-i", "--certificate-identity-regexp");
    private readonly Option<string?> _issuer = OptionValue.Text(
        "--cert-oidc-issuer", "URL", $"The OIDC issuer, exactly. Default: that of the host, {VerificationPolicy.GitHubIssuer}", "--certificate-oidc-issuer");
    private readonly Option<string?> _issuerRegex = OptionValue.Text(
        "--cert-oidc-issuer-regex", "REGEX", "A pattern that the whole OIDC issuer must match.", "--certificate-oidc-issuer-regexp");
    private readonly Option<string?> _ref = OptionValue.Text(
        "--source-ref", "REF", "The branch or tag of the source, for example refs/heads/main.", "--certificate-github-workflow-ref");
    private readonly Option<string?> _digest = OptionValue.Text("--source-digest", "COMMIT", "The commit of the source.", "--certificate-github-workflow-sha");
    private readonly Option<string?> _event = OptionValue.Text("--event", "NAME", "The event that started the run, for example push.", "--certificate-github-workflow-trigger");
    private readonly Option<string?> _environment = OptionValue.Text("--environment", "NAME", "The deployment environment of the job.");
    private readonly Option<string?> _predicate = OptionValue.Text(
        "--predicate-type", "URI", "The predicate type that the attestation must have. Default: any, and plain signatures.");
    private readonly Option<bool> _noSelfHosted = new("--deny-self-hosted-runners") { Description = "Refuse what was signed on a self-hosted runner." };

    private readonly Option<string?> _policy = OptionValue.Text("--policy", "FILE", "A verification policy: who may sign, how many of them, over what, how fresh.");

    private readonly Option<string?> _key = OptionValue.Text("--key", "FILE", "The public key (PEM) that must have signed, instead of an identity.");
    private readonly Option<string?> _witnesses = OptionValue.Text(
        "--witness-policy", "FILE", "Witnesses that must have cosigned the log's checkpoint: a file of C2SP tlog-policy.");

    private readonly DangerousOptions _dangerous = new();

    /// <summary>All of them, in the order of the help.</summary>
    public IReadOnlyList<Option> All =>
    [
        _repo, _owner, _repoId, _ownerId, _workflow, _signerRepo, _signerDigest, _identity, _identityRegex, _issuer, _issuerRegex, _ref, _digest, _event, _environment,
        _predicate, _noSelfHosted, _policy, _key, _witnesses, .. _dangerous.All,
    ];

    /// <summary>What they ask, and what the policy file asks; null where there is none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="host">Which GitHub is meant.</param>
    /// <param name="repository">The source repository where no option names one; null for none.</param>
    /// <exception cref="ProblemException">A usage error; asking for nobody is one. Or the policy file is none.</exception>
    public (VerificationPolicy Policy, AcceptancePolicyFile? Acceptance) Read(ParseResult parsed, GitHubHost host, string? repository)
    {
        if (OptionValue.Of(parsed, _issuer) is not null && OptionValue.Of(parsed, _issuerRegex) is not null)
        {
            throw ProblemException.Usage("Give either --cert-oidc-issuer or --cert-oidc-issuer-regex.");
        }

        var key = OptionValue.Of(parsed, _key);
        if (key is not null && All.Except([_predicate, _witnesses, _key, .. _dangerous.OfKeys]).Any(option => parsed.GetResult(option) is { Implicit: false }))
        {
            throw ProblemException.Usage("--key stands alone: a managed key has no identity, so ask either for the key or for who signed.");
        }

        if (key is not null)
        {
            return (Proofs(parsed, new VerificationPolicy { PredicateType = OptionValue.PredicateType(parsed, _predicate), Key = SmallFile.ReadKey(key) }), null);
        }

        var names = new GitHubNames(host);
        var acceptance = OptionValue.Of(parsed, _policy) is { } path ? AcceptancePolicyFile.Load(path) : null;
        var policy = new VerificationPolicy
        {
            Server = host.Server,

            // Each rule of a policy has an issuer of its own.
            Issuer = OptionValue.Of(parsed, _issuer) ?? (acceptance is null ? host.Issuer : null),
            Signers = acceptance?.Policy.Signers,
            IssuerPattern = OptionValue.Pattern(parsed, _issuerRegex),
            Identity = OptionValue.Of(parsed, _identity),
            IdentityPattern = OptionValue.Pattern(parsed, _identityRegex),
            Repository = names.Repository(_repo.Name, OptionValue.Of(parsed, _repo) ?? repository),
            Owner = names.Owner(_owner.Name, OptionValue.Of(parsed, _owner)),
            RepositoryId = OptionValue.Id(parsed, _repoId),
            OwnerId = OptionValue.Id(parsed, _ownerId),
            SignerWorkflow = names.Workflow(_workflow.Name, OptionValue.Of(parsed, _workflow)),
            SignerRepository = names.Repository(_signerRepo.Name, OptionValue.Of(parsed, _signerRepo)),
            SignerDigest = OptionValue.Commit(parsed, _signerDigest),
            SourceRef = Ref(parsed),
            SourceDigest = OptionValue.Commit(parsed, _digest),
            Event = OptionValue.Of(parsed, _event),
            Environment = OptionValue.Of(parsed, _environment),
            DenySelfHostedRunners = parsed.GetValue(_noSelfHosted),
            PredicateType = OptionValue.PredicateType(parsed, _predicate),
            LogThreshold = acceptance?.Policy.Logs,
            TimeThreshold = acceptance?.Policy.Timestamps ?? 1,
        };
        if ((policy.Repository ?? policy.Owner ?? policy.RepositoryId ?? policy.OwnerId ?? policy.Identity) is null && policy.IdentityPattern is null && acceptance is null)
        {
            throw ProblemException.Usage((policy.SignerWorkflow ?? policy.SignerRepository) is null
                ? "No identity is given, so anybody's signature would do: name --repo, --owner, --repo-id, --owner-id, --cert-identity, --cert-identity-regex, --policy or --key."
                : "A signing workflow alone is not enough, because anybody can call a public workflow: name --repo or --owner too.");
        }

        return (Proofs(parsed, policy), acceptance);
    }

    /// <summary>GitHub's refs all begin alike; what other issuers call a ref is theirs to say.</summary>
    private string? Ref(ParseResult parsed) =>
        OptionValue.Of(parsed, _ref) is { } name && !name.StartsWith("refs/", StringComparison.Ordinal) && (parsed.GetValue(_issuer) ?? parsed.GetValue(_issuerRegex) ?? parsed.GetValue(_policy)) is null
            ? throw ProblemException.Usage($"{_ref.Name} is the whole ref: refs/heads/{PrintableText.Exact(name)} for a branch, refs/tags/{PrintableText.Exact(name)} for a tag.")
            : parsed.GetValue(_ref);

    /// <summary>What is asked whoever signed.</summary>
    private VerificationPolicy Proofs(ParseResult parsed, VerificationPolicy policy) => _dangerous.Lower(parsed, policy) with
    {
        Witnesses = OptionValue.Of(parsed, _witnesses) is { } witnesses ? SmallFile.ReadWitnessPolicy(witnesses) : null,
    };
}

using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

public sealed class VerificationPolicyTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private static readonly PipelineIdentity Workflow = InMemorySigstore.Workflow;
    private readonly InMemorySigstore _sigstore = new();

    public void Dispose() => _sigstore.Dispose();

    [Fact]
    public void The_exact_identity_is_accepted_and_no_neighbour_of_it()
    {
        Accepted(new() { Identity = Workflow.SignerUri });
        foreach (var neighbour in new[]
        {
            Workflow.SignerUri + "/", Workflow.SignerUri + "\n", Workflow.SignerUri[..^1], Workflow.SignerUri.Replace("octo", "Octo", StringComparison.Ordinal),
            Workflow.SignerUri.Replace("app/", "app-evil/", StringComparison.Ordinal), Workflow.SignerUri.Replace("k", "\u212A", StringComparison.Ordinal),
            Workflow.SignerUri.Replace("github.com", "xn--gthub-cta.com", StringComparison.Ordinal),
        })
        {
            Refused(FailureCode.IdentityMismatch, new() { Identity = neighbour });
        }
    }

    [Fact]
    public void A_pattern_is_anchored_as_a_whole()
    {
        Accepted(new() { IdentityPattern = Pattern(@"https://github\.com/octo/app/.*") });
        Refused(FailureCode.IdentityMismatch, new() { IdentityPattern = Pattern(@"https://github\.com/octo/app") });
        Refused(FailureCode.IdentityMismatch, new() { IdentityPattern = Pattern(@"nobody|https://github\.com/oct") });
    }

    [Fact]
    public void Another_issuer_is_refused()
    {
        var self = new VerificationPolicy { Identity = Workflow.SignerUri };
        Refused(FailureCode.IssuerMismatch, self with { Issuer = "https://gitlab.com" });
        Refused(FailureCode.IssuerMismatch, self with { Issuer = VerificationPolicy.GitHubIssuer + "/" });
        Accepted(self with { Issuer = "ignored", IssuerPattern = Pattern(@"https://token\.actions\..*") });
        Refused(FailureCode.IssuerMismatch, self with { IssuerPattern = Pattern("https://token") });
    }

    [Fact]
    public void A_repository_is_matched_by_its_whole_name_in_any_case_of_its_letters()
    {
        Accepted(new() { Repository = "octo/app" });
        Accepted(new() { Repository = "Octo/APP" });
        foreach (var other in new[] { "octo/app-evil", "octo/ap", "octo", "octo/app/", "evil/app", "octo/.pp", "o.to/app" })
        {
            Refused(FailureCode.RepositoryMismatch, new() { Repository = other });
        }
    }

    [Fact]
    public void A_repository_alone_asks_for_a_workflow_of_its_own()
    {
        var reusable = Workflow with { SignerUri = "https://github.com/builders/shared/.github/workflows/build.yml@refs/tags/v1" };
        Refused(FailureCode.WorkflowMismatch, new() { Repository = "octo/app" }, reusable);
        Accepted(new() { Repository = "octo/app", SignerWorkflow = "builders/shared/.github/workflows/build.yml" }, reusable);
        Accepted(new() { Repository = "octo/app", SignerWorkflow = "github.com/builders/shared/.github/workflows/build.yml" }, reusable);
        Refused(FailureCode.WorkflowMismatch, new() { Repository = "octo/app", SignerWorkflow = "builders/shared/.github/workflows/build" }, reusable);
        Refused(FailureCode.WorkflowMismatch, new() { Repository = "octo/app", SignerWorkflow = "builders/shared" }, reusable);
    }

    [Fact]
    public void A_workflow_alone_names_nobody_because_anybody_can_call_it()
    {
        Refused(FailureCode.NoPolicy, new() { SignerWorkflow = "octo/app/.github/workflows/release.yml" });
        Accepted(new() { Owner = "octo", SignerWorkflow = "octo/app/.github/workflows/release.yml" });
    }

    [Fact]
    public void A_trusted_workflow_called_from_a_foreign_repository_is_refused()
    {
        var foreign = Workflow with { RepositoryUri = "https://github.com/evil/app", OwnerUri = "https://github.com/evil" };
        Refused(FailureCode.RepositoryMismatch, new() { Repository = "octo/app", SignerWorkflow = "octo/app/.github/workflows/release.yml" }, foreign);
        Refused(FailureCode.OwnerMismatch, new() { Owner = "octo" }, foreign);
    }

    [Fact]
    public void An_owner_is_matched_by_the_whole_name()
    {
        Accepted(new() { Owner = "octo" });
        Accepted(new() { Owner = "OCTO" });
        Refused(FailureCode.OwnerMismatch, new() { Owner = "oct" });
        Refused(FailureCode.OwnerMismatch, new() { Owner = "octo-evil" });
        Refused(FailureCode.WorkflowMismatch, new() { Owner = "octo" }, Workflow with { SignerUri = "https://github.com/octo-evil/x/.github/workflows/r.yml@refs/heads/main" });
    }

    [Fact]
    public void Ref_and_commit_are_exact()
    {
        Accepted(new() { Owner = "octo", SourceRef = "refs/heads/main", SourceDigest = Workflow.SourceDigest });
        Refused(FailureCode.SourceRefMismatch, new() { Owner = "octo", SourceRef = "refs/tags/main" });
        Refused(FailureCode.SourceDigestMismatch, new() { Owner = "octo", SourceDigest = new string('A', 40) });
    }

    [Fact]
    public void A_runner_that_is_not_the_platforms_is_refused_when_asked_and_so_is_one_that_is_not_stated()
    {
        var policy = new VerificationPolicy { Owner = "octo", DenySelfHostedRunners = true };
        Accepted(policy);
        Refused(FailureCode.SelfHostedRunner, policy, Workflow with { RunnerEnvironment = "self-hosted" });
        Refused(FailureCode.SelfHostedRunner, policy, Workflow with { RunnerEnvironment = null });
        Accepted(policy with { DenySelfHostedRunners = false }, Workflow with { RunnerEnvironment = "self-hosted" });
    }

    [Fact]
    public void What_a_certificate_does_not_state_meets_nothing()
    {
        Refused(FailureCode.RepositoryMismatch, new() { Repository = "octo/app" }, Workflow with { RepositoryUri = null });
        Refused(FailureCode.OwnerMismatch, new() { Owner = "octo" }, Workflow with { OwnerUri = null });
        Refused(FailureCode.SourceRefMismatch, new() { Owner = "octo", SourceRef = "refs/heads/main" }, Workflow with { SourceRef = null });
    }

    private static AnchoredPattern Pattern(string pattern) => AnchoredPattern.TryCompile(pattern, out var compiled) ? compiled : throw new ArgumentException(pattern);

    private void Accepted(VerificationPolicy policy, PipelineIdentity? identity = null) => Assert.NotNull(Verify(policy, identity));

    private void Refused(FailureCode code, VerificationPolicy policy, PipelineIdentity? identity = null) => Refusal.Is(code, () => Verify(policy, identity));

    private VerifiedBundle Verify(VerificationPolicy policy, PipelineIdentity? identity) =>
        new Verifier(_sigstore.TrustedRoot).Verify(_sigstore.Sign(Bytes, identity), Artifact.OfBytes(Bytes), policy);
}

using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Verifier.Tests.Commands;

public sealed class VerifyCommandTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void What_is_proven_exits_zero_by_path_and_by_digest_signature_and_attestation()
    {
        var digest = $"sha256:{Sha256Digest.Of(_workspace.Bytes)}";
        foreach (var bundle in new[] { _workspace.Sigstore.Sign(_workspace.Bytes), _workspace.Sigstore.Attest(_workspace.Bytes) })
        {
            _workspace.With(bundle);
            foreach (var target in new[] { _workspace.Artifact, digest, $"sha256:{digest[7..].ToUpperInvariant()}" })
            {
                var outcome = _workspace.Verify(target, "--repo", "octo/app", "--bundle", _workspace.Bundle);
                Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
                Assert.StartsWith("Verified: ", outcome.Out, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("--repo", "octo/app", null)]
    [InlineData("--repo", "Octo/APP", null)]
    [InlineData("--repo", "github.com/octo/app", null)]
    [InlineData("-R", "octo/app", null)]
    [InlineData("--repo", "octo/app-evil", "REPOSITORY_MISMATCH")]
    [InlineData("--repo", "octo/ap", "REPOSITORY_MISMATCH")]
    [InlineData("--owner", "octo", null)]
    [InlineData("-o", "octo", null)]
    [InlineData("--owner", "oct", "OWNER_MISMATCH")]
    [InlineData("--cert-identity", "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main", null)]
    [InlineData("--cert-identity", "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/mai", "IDENTITY_MISMATCH")]
    [InlineData("--cert-identity", "HTTPS://github.com/octo/app/.github/workflows/release.yml@refs/heads/main", "IDENTITY_MISMATCH")]
    [InlineData("--cert-identity-regex", "https://github\\.com/octo/.*", null)]
    [InlineData("-i", "https://github\\.com/octo/.*", null)]
    [InlineData("--cert-identity-regex", "octo", "IDENTITY_MISMATCH")]
    [InlineData("--cert-identity-regex", "x|octo", "IDENTITY_MISMATCH")]
    public void An_identity_is_asked_for_as_gh_does_and_patterns_match_as_a_whole(string option, string value, string? reason)
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        AssertOutcome(reason, _workspace.Verify(_workspace.Artifact, option, value));
    }

    [Theory]
    [InlineData("--cert-oidc-issuer", "https://token.actions.githubusercontent.com", null)]
    [InlineData("--cert-oidc-issuer", "https://token.actions.githubusercontent.com/", "ISSUER_MISMATCH")]
    [InlineData("--cert-oidc-issuer-regex", "https://token\\.actions\\..*", null)]
    [InlineData("--cert-oidc-issuer-regex", "githubusercontent", "ISSUER_MISMATCH")]
    [InlineData("--source-ref", "refs/heads/main", null)]
    [InlineData("--source-ref", "refs/heads/mai", "SOURCE_REF_MISMATCH")]
    [InlineData("--source-digest", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", null)]
    [InlineData("--source-digest", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "SOURCE_DIGEST_MISMATCH")]
    [InlineData("--predicate-type", SlsaProvenance.PredicateType, null)]
    [InlineData("--predicate-type", "https://slsa.dev/provenance", "PREDICATE_TYPE")]
    [InlineData("--signer-workflow", "octo/app/.github/workflows/release.yml", null)]
    [InlineData("--signer-workflow", "octo/app/.github/workflows/release.yaml", "WORKFLOW_MISMATCH")]
    [InlineData("--signer-workflow", "octo/app/.github/workflows/releaseXyml", "WORKFLOW_MISMATCH")]
    [InlineData("--owner", "octo", null)]
    [InlineData("--owner", "evil", "OWNER_MISMATCH")]
    [InlineData("--repo-id", "74", null)]
    [InlineData("--repo-id", "75", "REPOSITORY_MISMATCH")]
    [InlineData("--owner-id", "65", null)]
    [InlineData("--owner-id", "6", "OWNER_MISMATCH")]
    [InlineData("--signer-repo", "octo/app", null)]
    [InlineData("--signer-repo", "octo/ap", "WORKFLOW_MISMATCH")]
    [InlineData("--signer-digest", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", null)]
    [InlineData("--signer-digest", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "SIGNER_DIGEST_MISMATCH")]
    [InlineData("--event", "push", null)]
    [InlineData("--event", "pull_request_target", "EVENT_MISMATCH")]
    [InlineData("--environment", "production", "ENVIRONMENT_MISMATCH")]
    [InlineData("--certificate-identity", "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main", null)]
    [InlineData("--certificate-identity", "https://github.com/octo/app", "IDENTITY_MISMATCH")]
    [InlineData("--certificate-identity-regexp", "https://github\\.com/octo/.*", null)]
    [InlineData("--certificate-identity-regexp", "https://github\\.com/octo/", "IDENTITY_MISMATCH")]
    [InlineData("--certificate-oidc-issuer", "https://token.actions.githubusercontent.com", null)]
    [InlineData("--certificate-oidc-issuer", "https://evil.example", "ISSUER_MISMATCH")]
    [InlineData("--certificate-oidc-issuer-regexp", ".*", null)]
    [InlineData("--certificate-oidc-issuer-regexp", "evil", "ISSUER_MISMATCH")]
    [InlineData("--certificate-github-workflow-ref", "refs/heads/evil", "SOURCE_REF_MISMATCH")]
    [InlineData("--certificate-github-workflow-sha", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "SOURCE_DIGEST_MISMATCH")]
    [InlineData("--certificate-github-workflow-trigger", "schedule", "EVENT_MISMATCH")]
    public void Whatever_is_asked_beside_the_repository_must_hold_too(string option, string value, string? reason)
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        AssertOutcome(reason, _workspace.VerifyAsRepository(option, value));
    }

    [Fact]
    public void Self_hosted_runners_and_unknown_ones_are_refused_only_where_asked()
    {
        foreach (var runner in new[] { "self-hosted", null })
        {
            _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes, InMemorySigstore.Workflow with { RunnerEnvironment = runner }));
            AssertOutcome(null, _workspace.VerifyAsRepository());
            AssertOutcome("SELF_HOSTED_RUNNER", _workspace.VerifyAsRepository("--deny-self-hosted-runners"));
        }

        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        AssertOutcome(null, _workspace.VerifyAsRepository("--deny-self-hosted-runners"));
    }

    [Fact]
    public void The_environment_of_a_deployment_is_asked_for_exactly()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes, InMemorySigstore.Workflow with { Environment = "production" }));
        AssertOutcome(null, _workspace.VerifyAsRepository("--environment", "production"));
        AssertOutcome("ENVIRONMENT_MISMATCH", _workspace.VerifyAsRepository("--environment", "Production"));
    }

    [Theory]
    [InlineData("--repo-id", "74")]
    [InlineData("--owner-id", "65")]
    public void An_id_alone_names_somebody_and_only_his_own_workflows_sign_for_him(string option, string id)
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        AssertOutcome(null, _workspace.Verify(_workspace.Artifact, option, id));
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes, InMemorySigstore.Workflow with { SignerUri = "https://github.com/evil/app/.github/workflows/release.yml@refs/heads/main" }));
        AssertOutcome("WORKFLOW_MISMATCH", _workspace.Verify(_workspace.Artifact, option, id));
        AssertOutcome(null, _workspace.Verify(_workspace.Artifact, option, id, "--signer-repo", "evil/app"));
    }

    [Fact]
    public void A_name_that_moved_is_told_from_one_that_somebody_else_took()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        AssertOutcome("NAME_MOVED", _workspace.Verify(_workspace.Artifact, "--repo", "octo/old-name", "--repo-id", "74"));
        AssertOutcome("NAME_MOVED", _workspace.Verify(_workspace.Artifact, "--owner", "old-owner", "--repo-id", "74"));
        AssertOutcome("NAME_MOVED", _workspace.Verify(_workspace.Artifact, "--owner", "old-owner", "--owner-id", "65"));
        AssertOutcome("REPOSITORY_MISMATCH", _workspace.Verify(_workspace.Artifact, "--repo", "octo/app", "--repo-id", "7"));
        AssertOutcome("REPOSITORY_MISMATCH", _workspace.Verify(_workspace.Artifact, "--repo", "octo/other", "--owner-id", "65"));
    }

    [Fact]
    public void Another_GitHub_has_other_names_and_another_issuer()
    {
        const string Server = "https://octo.ghe.com";
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes, InMemorySigstore.Workflow with
        {
            Issuer = "https://token.actions.octo.ghe.com",
            SignerUri = $"{Server}/octo/app/.github/workflows/release.yml@refs/heads/main",
            RepositoryUri = $"{Server}/octo/app",
            OwnerUri = $"{Server}/octo",
        }));
        AssertOutcome(null, _workspace.VerifyAsRepository("--hostname", "octo.ghe.com"));
        AssertOutcome("ISSUER_MISMATCH", _workspace.VerifyAsRepository());
        AssertOutcome("OWNER_MISMATCH", _workspace.Verify(_workspace.Artifact, "--owner", "octo", "--cert-oidc-issuer", "https://token.actions.octo.ghe.com"));
    }

    [Fact]
    public void A_plain_signature_is_no_attestation_of_any_type()
    {
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        AssertOutcome("PREDICATE_TYPE", _workspace.VerifyAsRepository("--predicate-type", SlsaProvenance.PredicateType));
    }

    [Fact]
    public void A_tampered_artifact_is_refused_for_its_own_reason()
    {
        File.AppendAllText(_workspace.Artifact, "!");
        _workspace.With(_workspace.Sigstore.Sign(_workspace.Bytes));
        AssertOutcome("DIGEST_MISMATCH", _workspace.VerifyAsRepository());
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        AssertOutcome("SUBJECT_MISMATCH", _workspace.VerifyAsRepository());
    }

    [Fact]
    public void Another_instance_trusts_nobody_of_ours()
    {
        _workspace.With(_workspace.Sigstore.Attest(_workspace.Bytes));
        using var other = new InMemorySigstore();
        File.WriteAllBytes(_workspace.TrustedRoot, other.TrustedRoot.ToJson());
        AssertOutcome("UNTRUSTED_ISSUER", _workspace.VerifyAsRepository());
    }

    private static void AssertOutcome(string? reason, Outcome outcome)
    {
        if (reason is null)
        {
            Assert.Equal((ExitCode.Verified, string.Empty), (outcome.Exit, outcome.Error));
            return;
        }

        Assert.Equal((ExitCode.Refused, reason, string.Empty), (outcome.Exit, outcome.Reason, outcome.Out));
        Assert.Contains(FailureCodes.Remedy(Enum.GetValues<FailureCode>().Single(code => FailureCodes.Text(code) == reason)), outcome.Error, StringComparison.Ordinal);
    }
}

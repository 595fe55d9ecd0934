using System.Text;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;

namespace SigningAction.Evidence.Verification;

/// <summary>The last step: is the signer the one the caller asked for (client specification, section 4.4).</summary>
internal static class IdentityCheck
{
    public static void Require(VerificationPolicy policy, PipelineIdentity signer)
    {
        RequireIssuer(policy, signer.Issuer);
        if (policy.Identity is { } identity && !string.Equals(identity, signer.SignerUri, StringComparison.Ordinal))
        {
            throw Mismatch(FailureCode.IdentityMismatch, "identity", signer.SignerUri, identity);
        }

        if (policy.IdentityPattern is { } pattern && !pattern.Matches(signer.SignerUri))
        {
            throw Mismatch(FailureCode.IdentityMismatch, "identity", signer.SignerUri, $"a match of {pattern}");
        }

        RequireRepository(policy, signer);
        RequireOwner(policy, signer);
        RequireWorkflow(policy, signer);
        RequireEqual(FailureCode.SourceRefMismatch, "source ref", signer.SourceRef, policy.SourceRef);
        RequireEqual(FailureCode.SourceDigestMismatch, "source commit", signer.SourceDigest, policy.SourceDigest);
        if (policy.DenySelfHostedRunners && signer.RunnerEnvironment != "github-hosted")
        {
            throw new EvidenceException(FailureCode.SelfHostedRunner, $"It was signed on a runner of kind {Shown(signer.RunnerEnvironment)}.");
        }
    }

    private static void RequireIssuer(VerificationPolicy policy, string issuer)
    {
        var matches = policy.IssuerPattern?.Matches(issuer) ?? string.Equals(policy.Issuer, issuer, StringComparison.Ordinal);
        if (!matches)
        {
            throw Mismatch(FailureCode.IssuerMismatch, "OIDC issuer", issuer, policy.IssuerPattern is { } pattern ? $"a match of {pattern}" : policy.Issuer);
        }
    }

    private static void RequireRepository(VerificationPolicy policy, PipelineIdentity signer)
    {
        if (policy.Repository is not { } repository)
        {
            return;
        }

        var uri = $"{policy.Server}/{repository}";
        if (!SameName(signer.RepositoryUri, uri))
        {
            throw Mismatch(FailureCode.RepositoryMismatch, "source repository", signer.RepositoryUri, uri);
        }

        if (!policy.NamesSigner && !IsBelow(signer.SignerUri, uri))
        {
            throw Mismatch(FailureCode.WorkflowMismatch, "signing workflow", signer.SignerUri, $"one in {uri} (name another with --signer-workflow)");
        }
    }

    private static void RequireOwner(VerificationPolicy policy, PipelineIdentity signer)
    {
        if (policy.Owner is not { } owner)
        {
            return;
        }

        var uri = $"{policy.Server}/{owner}";
        if (!SameName(signer.OwnerUri, uri))
        {
            throw Mismatch(FailureCode.OwnerMismatch, "repository owner", signer.OwnerUri, uri);
        }

        if (!policy.NamesSigner && policy.Repository is null && !IsBelow(signer.SignerUri, uri))
        {
            throw Mismatch(FailureCode.WorkflowMismatch, "signing workflow", signer.SignerUri, $"one of {uri} (name another with --signer-workflow)");
        }
    }

    private static void RequireWorkflow(VerificationPolicy policy, PipelineIdentity signer)
    {
        if (policy.SignerWorkflow is not { } workflow)
        {
            return;
        }

        // The ref follows behind @; a path cannot hold one, so nothing longer than the asked path passes.
        var host = policy.Server[(policy.Server.IndexOf("//", StringComparison.Ordinal) + 2)..];
        var expected = workflow.StartsWith(host + "/", StringComparison.OrdinalIgnoreCase) ? policy.Server[..^host.Length] + workflow : $"{policy.Server}/{workflow}";
        var at = signer.SignerUri.IndexOf('@', StringComparison.Ordinal);
        if (!SameName(at < 0 ? signer.SignerUri : signer.SignerUri[..at], expected))
        {
            throw Mismatch(FailureCode.WorkflowMismatch, "signing workflow", signer.SignerUri, expected);
        }
    }

    private static void RequireEqual(FailureCode code, string what, string? actual, string? asked)
    {
        if (asked is not null && !string.Equals(asked, actual, StringComparison.Ordinal))
        {
            throw Mismatch(code, what, actual, asked);
        }
    }

    /// <summary>Names of owners and repositories are ASCII and known without regard to case; only ASCII letters are folded.</summary>
    private static bool SameName(string? actual, string asked) => actual is not null && Ascii.EqualsIgnoreCase(actual, asked);

    private static bool IsBelow(string uri, string parent) =>
        uri.Length > parent.Length && uri[parent.Length] == '/' && Ascii.EqualsIgnoreCase(uri.AsSpan(0, parent.Length), parent);

    private static EvidenceException Mismatch(FailureCode code, string what, string? actual, string asked) =>
        new(code, $"The {what} is {Shown(actual)}, asked for is {asked}.");

    private static string Shown(string? value) => string.IsNullOrEmpty(value) ? "not stated" : PlainText.Of(value);
}

using System.Text.Json.Nodes;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;
using SigningAction.Testing.Policy;

namespace SigningAction.Evidence.Tests.Vectors;

/// <summary>The recipes of what the consumer asks for: good evidence, of somebody or something else.</summary>
internal static class PolicyVectorRecipes
{
    private static readonly string Rules = SampleRules.ReleaseAndReview.TrimEnd('\n');

    public static IEnumerable<Vector> All(VectorSource its) => [.. Signers(its), .. Options(its), .. Policies(its)];

    private static IEnumerable<Vector> Signers(VectorSource its)
    {
        var signed = its.Sigstore.Sign(Vector.SignedBytes);
        yield return its.Of(FailureCode.IdentityMismatch, "identity-in-another-case", "Names are compared byte by byte: OCTO is not octo.", signed)
            with
        { Identity = InMemorySigstore.Workflow.SignerUri.Replace("octo", "OCTO", StringComparison.Ordinal) };
        yield return its.Of(FailureCode.IssuerMismatch, "issuer-with-a-slash", "One character more than the issuer in the certificate.", signed) with { Issuer = VerificationPolicy.GitHubIssuer + "/" };
        using var other = InMemorySigstore.NewKey();
        yield return its.Of(FailureCode.KeyMismatch, "key-of-somebody-else", "The bundle names the key that signed, and it is not the one that was given.", its.ByKey()) with { Key = VectorRecipes.Pem(other) };
    }

    private static IEnumerable<Vector> Options(VectorSource its)
    {
        Vector Asked(FailureCode code, string name, string why, params string[] options) => its.Of(code, name, why, its.Sigstore.Attest(Vector.SignedBytes)) with { Options = options };
        string[] own = ["--repo", "octo/app"];
        yield return Asked(FailureCode.RepositoryMismatch, "repository-with-a-longer-name", "octo/app is not octo/app-evil.", "--repo", "octo/app-evil");
        yield return Asked(FailureCode.OwnerMismatch, "another-owner", "octo is not octocat.", "--owner", "octocat");
        yield return Asked(FailureCode.WorkflowMismatch, "another-workflow", "The repository is right, the workflow is not.", [.. own, "--signer-workflow", "octo/app/.github/workflows/other.yml"]);
        yield return Asked(FailureCode.SourceRefMismatch, "another-ref", "A branch of a name that begins the same.", [.. own, "--source-ref", "refs/heads/main2"]);
        yield return Asked(FailureCode.SourceDigestMismatch, "another-commit", "Another commit of the source.", [.. own, "--source-digest", new string('c', 40)]);
        yield return Asked(FailureCode.SignerDigestMismatch, "another-commit-of-the-workflow", "Another commit of the workflow file.", [.. own, "--signer-digest", new string('c', 40)]);
        yield return Asked(FailureCode.EventMismatch, "another-event", "A push, where a release was asked for.", [.. own, "--event", "release"]);
        yield return Asked(FailureCode.EnvironmentMismatch, "no-environment", "The job ran for no deployment environment.", [.. own, "--environment", "production"]);
        yield return Asked(FailureCode.PredicateType, "another-predicate-type", "Provenance, where a bill of materials was asked for.", [.. own, "--predicate-type", "https://spdx.dev/Document/v2.3"]);
        yield return Asked(FailureCode.NameMoved, "repository-that-was-renamed", "The id is the one that was asked for, the name is not.", "--repo", "octo/old", "--repo-id", "74");
        yield return its.Of(
            FailureCode.SelfHostedRunner, "self-hosted-runner", "Signed on a machine of the repository's own, where it was asked for the platform's.",
            its.Sigstore.Sign(Vector.SignedBytes, InMemorySigstore.Workflow with { RunnerEnvironment = "self-hosted" })) with
        { Options = [.. own, "--deny-self-hosted-runners"] };
    }

    private static IEnumerable<Vector> Policies(VectorSource its)
    {
        var attested = its.Sigstore.Attest(Vector.SignedBytes);
        Vector Under(FailureCode code, string name, string why, string policy) => its.Of(code, name, why, attested) with
        {
            Options = ["--policy", "policy.yaml"],
            Files = new Dictionary<string, string>(StringComparer.Ordinal) { ["policy.yaml"] = policy },
        };
        yield return Under(FailureCode.SignerNotAllowed, "signer-without-a-rule", "No rule is for this repository.", Rules.Replace("74", "75", StringComparison.Ordinal));
        yield return Under(FailureCode.SignersMissing, "one-signer-of-two", "Two different signers are required, and one has signed.", Rules + "\nrequire:\n  - signers: 2\n    from: [release, review]\n");
        yield return Under(FailureCode.BuilderMismatch, "another-builder", "The provenance names another builder than the policy.",
            Rules + "\nrequire:\n  - predicate_type: https://slsa.dev/provenance/v1\n    builder_ids: [https://example.com/builder]\n");
        yield return Under(FailureCode.SignatureAge, "signature-older-than-a-day", "Signed in June 2026; a day is the most that is accepted.", Rules + "\nmax_age: 1 days\n");
        yield return Under(FailureCode.ThresholdNotMet, "one-log-of-two", "One log holds the signature, and two were asked for.", Rules + "\nlogs: 2\n");
        var witness = WitnessSigner.Ed25519Key("w.example/a");
        Vector Witnessed(FailureCode code, string name, string why, string policy) => its.Of(code, name, why, attested) with
        {
            Options = ["--repo", "octo/app", "--witness-policy", "witnesses.txt"],
            Files = new Dictionary<string, string>(StringComparer.Ordinal) { ["witnesses.txt"] = policy },
        };
        yield return Witnessed(FailureCode.WitnessQuorum, "no-cosignature", "The checkpoint has the log's signature only, and a witness was asked for (C2SP tlog-policy).", $"witness A {witness.Vkey}\nquorum A");
        yield return Witnessed(FailureCode.WitnessPolicyMalformed, "witness-policy-without-a-quorum", "A policy without a quorum line asks for nothing, so it is none.", $"witness A {witness.Vkey}");
    }
}

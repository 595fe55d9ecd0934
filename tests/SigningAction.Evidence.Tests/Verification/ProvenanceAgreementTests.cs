using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

public sealed class ProvenanceAgreementTests : IDisposable
{
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private static readonly PipelineIdentity Workflow = InMemorySigstore.Workflow;
    private readonly InMemorySigstore _sigstore = new();

    public void Dispose() => _sigstore.Dispose();

    [Theory]
    [InlineData("buildDefinition.externalParameters.workflow.repository", "https://github.com/octo/other")]
    [InlineData("buildDefinition.externalParameters.workflow.ref", "refs/tags/v1")]
    [InlineData("buildDefinition.externalParameters.workflow.path", ".github/workflows/other.yml")]
    [InlineData("buildDefinition.internalParameters.github.event_name", "workflow_dispatch")]
    [InlineData("buildDefinition.internalParameters.github.repository_id", "75")]
    [InlineData("buildDefinition.internalParameters.github.repository_owner_id", "66")]
    [InlineData("buildDefinition.internalParameters.github.runner_environment", "self-hosted")]
    [InlineData("buildDefinition.resolvedDependencies.0.digest.gitCommit", "cccccccccccccccccccccccccccccccccccccccc")]
    [InlineData("runDetails.builder.id", "https://github.com/octo/app/.github/workflows/release.yml@refs/tags/v1")]
    [InlineData("runDetails.builder.id", "https://github.com/actions/runner/self-hosted")]
    [InlineData("runDetails.metadata.invocationId", "https://github.com/octo/app/actions/runs/2/attempts/1")]
    public void What_the_certificate_proves_must_not_be_told_otherwise(string member, string value)
    {
        Refused(Changed(member, value));
        Accepted(Changed(member, null));
        Accepted(Changed(member, string.Empty));
    }

    [Fact]
    public void A_value_that_should_be_text_contradicts() => Refused(Changed("buildDefinition.externalParameters.workflow.ref", new JsonArray("refs/heads/main")));

    [Fact]
    public void Names_of_repositories_are_compared_as_GitHub_does() =>
        Accepted(Changed("buildDefinition.externalParameters.workflow.repository", "https://github.com/Octo/APP"));

    [Fact]
    public void The_builder_is_the_file_that_ran_also_where_another_file_called_it()
    {
        var called = Workflow with { SignerUri = "https://github.com/octo/ci/.github/workflows/build.yml@refs/tags/v1" };
        Accepted(SlsaProvenance.Predicate(called), called);
        Refused(SlsaProvenance.Predicate(Workflow), called);
        Accepted(Changed("runDetails.builder.id", "https://github.com/actions/runner/github-hosted"));
        Accepted(Changed("runDetails.builder.id", "https://github.com/actions/runner"));
    }

    [Fact]
    public void The_parameters_of_an_unknown_build_type_say_nothing_but_the_source_commit_does()
    {
        var predicate = JsonNode.Parse(Changed("buildDefinition.externalParameters.workflow.ref", "refs/heads/other"))!;
        predicate["buildDefinition"]!["buildType"] = "https://example.com/build/v1";
        Accepted(Utf8(predicate));
        predicate["buildDefinition"]!["resolvedDependencies"]![0]!["digest"]!["gitCommit"] = new string('c', 40);
        Refused(Utf8(predicate));
        predicate["buildDefinition"]!["resolvedDependencies"]![0]!["uri"] = "git+https://github.com/octo/dependency@refs/heads/main";
        Accepted(Utf8(predicate));
    }

    [Theory]
    [InlineData("git+https://github.com/octo/app@refs/heads/main", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true)]
    [InlineData("git+https://github.com/octo/app@refs/heads/main", "cccccccccccccccccccccccccccccccccccccccc", false)]
    [InlineData("git+https://github.com/octo/app@refs/tags/v1", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("git+https://github.com/evil/app@refs/heads/main", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Old_provenance_is_held_to_the_same(string uri, string commit, bool agrees)
    {
        var predicate = Utf8(new JsonObject
        {
            ["invocation"] = new JsonObject { ["configSource"] = new JsonObject { ["uri"] = uri, ["digest"] = new JsonObject { ["sha1"] = commit } } },
        });
        var bundle = Attested(predicate, Workflow, "https://slsa.dev/provenance/v0.2");
        if (agrees)
        {
            Assert.NotNull(Verify(bundle));
        }
        else
        {
            Assert.Equal(FailureCode.ProvenanceContradiction, Assert.Throws<EvidenceException>(() => Verify(bundle)).Code);
        }
    }

    [Fact]
    public void The_same_words_under_another_predicate_type_are_nobodys_provenance() =>
        Assert.NotNull(Verify(Attested(Changed("buildDefinition.externalParameters.workflow.ref", "refs/tags/v1"), Workflow, "https://example.com/type")));

    private static byte[] Changed(string member, JsonNode? value)
    {
        var predicate = JsonNode.Parse(SlsaProvenance.Predicate(Workflow))!;
        var path = member.Split('.');
        var parent = path[..^1].Aggregate(predicate, (node, name) => (node is JsonArray list ? list[int.Parse(name, null)] : node[name])!);
        parent[path[^1]] = value;
        return Utf8(predicate);
    }

    private static byte[] Utf8(JsonNode json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());

    private void Refused(byte[] predicate, PipelineIdentity? signer = null) =>
        Assert.Equal(FailureCode.ProvenanceContradiction, Assert.Throws<EvidenceException>(() => Verify(Attested(predicate, signer ?? Workflow))).Code);

    private void Accepted(byte[] predicate, PipelineIdentity? signer = null) => Assert.NotNull(Verify(Attested(predicate, signer ?? Workflow)));

    private Bundle Attested(byte[] predicate, PipelineIdentity signer, string type = SlsaProvenance.PredicateType) =>
        _sigstore.Attest(Bytes, signer, new Statement([new Subject("a", Sha256Digest.Of(Bytes))], type, predicate));

    private VerifiedBundle Verify(Bundle bundle) =>
        new Verifier(_sigstore.TrustedRoot).Verify(bundle, Artifact.OfBytes(Bytes), new VerificationPolicy { IdentityPattern = Any() });

    private static AnchoredPattern Any() => AnchoredPattern.TryCompile("https://github.com/.*", out var any) ? any : throw new InvalidOperationException();
}

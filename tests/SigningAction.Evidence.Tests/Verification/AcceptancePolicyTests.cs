using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Evidence.Tests.Verification;

public sealed class AcceptancePolicyTests : IDisposable
{
    private const string Sbom = "https://spdx.dev/Document/v2.3";
    private static readonly byte[] Bytes = "the artifact"u8.ToArray();
    private readonly InMemorySigstore _sigstore = new();

    public void Dispose() => _sigstore.Dispose();

    [Fact]
    public void One_signature_of_one_allowed_signer_is_enough_unless_more_is_asked() =>
        Of(new RequiredAttestation()).RequireSigners([Signed("release")]);

    [Fact]
    public void Nothing_is_no_signature()
    {
        var refusal = Refused(FailureCode.SignersMissing, Of(new RequiredAttestation()));
        Assert.Contains("none signed; missing: 'release', 'review', 'either'", refusal.Failure.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_signatures_of_one_identity_are_one_signer()
    {
        var refusal = Refused(FailureCode.SignersMissing, Of(new RequiredAttestation { Signers = 2, From = ["release", "review"] }), Signed("release"), Signed("release"));
        Assert.Contains("signed as 'release'; missing: 'review'", refusal.Failure.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_identity_that_several_rules_allow_stands_for_the_one_that_leaves_most_for_the_others()
    {
        var policy = Of(new RequiredAttestation { Signers = 2, From = ["either", "release"] });
        policy.RequireSigners([Signed("release"), Signed("review")]);
        policy.RequireSigners([Signed("review"), Signed("release")]);
        Refused(FailureCode.SignersMissing, policy, Signed("release"));
    }

    [Fact]
    public void Only_signers_that_count_are_counted()
    {
        var policy = Of(new RequiredAttestation { From = ["review"] });
        Refused(FailureCode.SignersMissing, policy, Signed("release"));
        policy.RequireSigners([Signed("release"), Signed("review")]);
    }

    [Fact]
    public void Every_type_that_is_asked_for_must_be_there()
    {
        var policy = Of(new RequiredAttestation { PredicateType = SlsaProvenance.PredicateType }, new RequiredAttestation { PredicateType = Sbom });
        Refused(FailureCode.SignersMissing, policy, Signed("release"));
        Refused(FailureCode.SignersMissing, policy, Signed("release", Sbom));
        Refused(FailureCode.SignersMissing, policy, Verify(_sigstore.Sign(Bytes, Who("release"))));
        policy.RequireSigners([Signed("release"), Signed("review", Sbom)]);
    }

    [Fact]
    public void The_builder_must_be_one_of_those_accepted()
    {
        var required = new RequiredAttestation { PredicateType = SlsaProvenance.PredicateType };
        Refused(FailureCode.BuilderMismatch, Of(required with { BuilderIds = ["https://example.com/builder"] }), Signed("release"));
        Of(required with { BuilderIds = ["https://example.com/builder", Who("release").SignerUri] }).RequireSigners([Signed("release")]);
    }

    [Theory]
    [InlineData(SlsaProvenance.PredicateType, """{"buildDefinition":{"buildType":"https://example.com/own"},"runDetails":{"builder":{"id":"ID"}}}""")]
    [InlineData("https://slsa.dev/provenance/v0.2", """{"builder":{"id":"ID"}}""")]
    public void A_builder_that_only_the_predicate_names_is_not_accepted(string type, string predicate)
    {
        VerifiedBundle Built(string builder) => Verify(_sigstore.Attest(
            Bytes, Who("release"), new Statement([new Subject("a", Sha256Digest.Of(Bytes))], type, System.Text.Encoding.UTF8.GetBytes(predicate.Replace("ID", builder, StringComparison.Ordinal)))));
        var trusted = Who("review").SignerUri;
        foreach (var builder in new[] { trusted, "https://github.com/actions/runner", "https://github.com/actions/runner/", "https://github.com/actions/runner/self-hosted", "https://example.com/builder" })
        {
            var refusal = Refused(FailureCode.BuilderMismatch, Of(new RequiredAttestation { PredicateType = type, BuilderIds = [builder] }), Built(builder));
            Assert.Contains("the certificate does not", refusal.Failure.Fault, StringComparison.Ordinal);
        }

        foreach (var builder in new[] { Who("release").SignerUri, "https://github.com/actions/runner/github-hosted" })
        {
            Of(new RequiredAttestation { PredicateType = type, BuilderIds = [trusted, builder] }).RequireSigners([Built(builder)]);
        }
    }

    [Fact]
    public void A_bundle_more_never_turns_acceptance_into_refusal()
    {
        var policy = Of(new RequiredAttestation { PredicateType = SlsaProvenance.PredicateType, BuilderIds = [Who("release").SignerUri] });
        policy.RequireSigners([Signed("review"), Signed("release"), Signed("release", Sbom)]);
    }

    [Fact]
    public void Age_is_counted_from_the_earliest_proven_time()
    {
        var bundle = Signed("release");
        var signed = InMemorySigstore.Now.AddSeconds(1);
        var policy = new AcceptancePolicy(Rules(), [new RequiredAttestation()]) { MaximumAge = TimeSpan.FromDays(90) };
        policy.RequireProof(bundle, signed);
        policy.RequireProof(bundle, signed.AddDays(90));
        policy.RequireProof(bundle, signed.AddMinutes(-1));
        Assert.Equal(FailureCode.SignatureAge, Assert.Throws<EvidenceException>(() => policy.RequireProof(bundle, signed.AddDays(90).AddSeconds(1))).Code);
        Assert.Equal(FailureCode.TimeInFuture, Assert.Throws<EvidenceException>(() => policy.RequireProof(bundle, signed.AddMinutes(-1).AddSeconds(-1))).Code);
    }

    [Fact]
    public void A_policy_that_can_never_be_met_or_asks_for_nothing_is_not_built()
    {
        Assert.Throws<ArgumentException>(() => new AcceptancePolicy(Rules(), []));
        Assert.Throws<ArgumentException>(() => Of(new RequiredAttestation { From = ["nobody"] }));
        Assert.Throws<ArgumentException>(() => Of(new RequiredAttestation { Signers = 4 }));
        Assert.Throws<ArgumentException>(() => Of(new RequiredAttestation { Signers = 2, From = ["release"] }));
        Refused(FailureCode.SignersMissing, new AcceptancePolicy(SigningPolicy.DenyAll(Sha256Digest.Of("x"u8)), [new RequiredAttestation()]));
    }

    [Fact]
    public void A_signer_that_no_rule_allows_or_a_rule_denies_is_refused()
    {
        Assert.Equal(FailureCode.SignerNotAllowed, Assert.Throws<EvidenceException>(() => Signed("stranger")).Code);
        var denying = SigningPolicy.Compile(
            Sha256Digest.Of("x"u8), [.. Rules().Rules, PolicyRule.Deny("no push", 0, [Condition.OneOf(PipelineClaim.Event, "push")])]);
        Assert.Equal(FailureCode.SignerNotAllowed, Assert.Throws<EvidenceException>(() => Verify(_sigstore.Sign(Bytes, Who("release")), denying)).Code);
        Assert.Empty(denying.RulesThatAllow(Who("release")));
    }

    [Fact]
    public void Without_an_issuer_nothing_is_asked_and_everything_refused()
    {
        var policy = new VerificationPolicy { Identity = Who("release").SignerUri, Issuer = null };
        Assert.Equal(FailureCode.NoPolicy, Assert.Throws<EvidenceException>(
            () => new Verifier(_sigstore.TrustedRoot).Verify(_sigstore.Sign(Bytes), Artifact.OfBytes(Bytes), policy)).Code);
    }

    private static AcceptancePolicy Of(params RequiredAttestation[] required) => new(Rules(), required);

    /// <summary>Three rules: a file each, and one that takes either file.</summary>
    private static SigningPolicy Rules() => SigningPolicy.Compile(
        Sha256Digest.Of("x"u8), [Rule("release", "release.yml"), Rule("review", "review.yml"), Rule("either", "release.yml", "review.yml")]);

    private static PolicyRule Rule(string name, params string[] files) => PolicyRule.Allow(name, 0,
    [
        Condition.OneOf(PipelineClaim.Issuer, InMemorySigstore.Workflow.Issuer),
        Condition.OneOf(PipelineClaim.RepositoryId, "74"),
        Condition.OneOf(PipelineClaim.Event, "push"),
        Condition.OneOf(PipelineClaim.Ref, "refs/heads/main"),
        Condition.OneOf(PipelineClaim.Workflow, files.Select(file => ".github/workflows/" + file)),
    ]);

    private static PipelineIdentity Who(string file)
    {
        var uri = $"https://github.com/octo/app/.github/workflows/{file}.yml@refs/heads/main";
        return InMemorySigstore.Workflow with { SignerUri = uri, CallerUri = uri };
    }

    private static EvidenceException Refused(FailureCode code, AcceptancePolicy policy, params VerifiedBundle[] bundles)
    {
        var refusal = Assert.Throws<EvidenceException>(() => policy.RequireSigners(bundles));
        Assert.Equal(code, refusal.Code);
        return refusal;
    }

    private VerifiedBundle Signed(string file, string type = SlsaProvenance.PredicateType) => Verify(_sigstore.Attest(
        Bytes, Who(file), new Statement([new Subject("a", Sha256Digest.Of(Bytes))], type, type == Sbom ? "{}"u8.ToArray() : SlsaProvenance.Predicate(Who(file)))));

    private VerifiedBundle Verify(Bundle bundle, SigningPolicy? signers = null) =>
        new Verifier(_sigstore.TrustedRoot).Verify(bundle, Artifact.OfBytes(Bytes), new VerificationPolicy { Issuer = null, Signers = signers ?? Rules() });
}

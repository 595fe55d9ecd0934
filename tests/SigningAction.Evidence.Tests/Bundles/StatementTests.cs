using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Policy;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests.Bundles;

public sealed class StatementTests
{
    private static readonly Artifact Hello = Artifact.OfBytes("hello"u8.ToArray());
    private static readonly string HelloSha256 = Hello.Sha256.ToString();
    private static readonly string HelloSha512 = Convert.ToHexStringLower(Hello.Digest("sha512")!.Value.Span);

    [Fact]
    public void The_pre_authentication_encoding_is_that_of_the_specification() => Assert.Equal(
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
        System.Text.Encoding.UTF8.GetString(DsseEnvelope.PreAuthenticationEncoding("http://example.com/HelloWorld", "hello world"u8)));

    [Fact]
    public void Lengths_count_bytes_and_not_characters() => Assert.Equal(
        "DSSEv1 2 é 3 €", System.Text.Encoding.UTF8.GetString(DsseEnvelope.PreAuthenticationEncoding("é", "€"u8)));

    [Fact]
    public void A_statement_comes_back()
    {
        var statement = Statement.Parse(new Statement([new Subject("hello.txt", Hello.Sha256)], "https://example.com/p", "{\"a\":1}"u8.ToArray()).ToJson());
        Assert.Equal("https://example.com/p", statement.PredicateType);
        Assert.Equal("{\"a\":1}", System.Text.Encoding.UTF8.GetString(statement.Predicate.Span));
        Assert.True(statement.Subjects[0].Matches(Hello));
    }

    [Theory]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("[{\"a\":\"\\udc00\\ud800\"}]")]
    public void A_predicate_with_half_a_character_is_refused_because_nobody_could_read_it(string predicate) => Refusal.Is(
        FailureCode.StatementMalformed,
        () => Statement.Parse(new Statement([new Subject("hello.txt", Hello.Sha256)], "https://example.com/p", System.Text.Encoding.UTF8.GetBytes(predicate)).ToJson()));

    [Fact]
    public void What_is_not_a_statement_is_refused()
    {
        foreach (var bad in new[] { "x", "null", "[]", "{}", "\"text\"", "{\"_type\":1}" })
        {
            Refusal.Is(FailureCode.StatementMalformed, () => Parse(bad));
        }

        Refused(FailureCode.StatementMalformed, json => json["_type"] = "https://in-toto.io/Statement/v2");
        Refused(FailureCode.StatementMalformed, json => json["subject"] = new JsonArray());
        Refused(FailureCode.StatementMalformed, json => json.Remove("subject"));
        Refused(FailureCode.StatementMalformed, json => json["predicateType"] = string.Empty);
        Refused(FailureCode.StatementMalformed, json => json["subject"]![0]!["digest"] = new JsonObject());
        Refused(FailureCode.StatementMalformed, json => json["subject"]![0]!["digest"]!["sha256"] = HelloSha256.ToUpperInvariant());
        Refused(FailureCode.StatementMalformed, json => json["subject"]![0]!["digest"]!["sha256"] = HelloSha256[..62]);
        Refused(FailureCode.StatementMalformed, json => json["subject"]![0]!["digest"]!["sha256"] = null);
        Refusal.Is(FailureCode.StatementMalformed, () => Parse(Minimal().ToJsonString().Replace("\"subject\":", "\"subject\":[],\"subject\":", StringComparison.Ordinal)));
    }

    [Fact]
    public void Unknown_members_are_ignored_as_in_toto_asks()
    {
        var json = Minimal();
        json["extra"] = 1;
        json["subject"]![0]!["annotations"] = new JsonObject();
        Assert.Single(Parse(json.ToJsonString()).Subjects);
    }

    [Fact]
    public void More_subjects_or_digests_than_the_limit_are_refused()
    {
        Refused(FailureCode.TooMany, json => json["subject"] = new JsonArray([.. Enumerable.Range(0, Limits.Subjects + 1).Select(_ => json["subject"]![0]!.DeepClone())]));
        Refused(FailureCode.TooMany, json =>
        {
            for (var i = 0; i <= Limits.DigestsPerSubject; i++)
            {
                json["subject"]![0]!["digest"]![i.ToString(CultureInfo.InvariantCulture)] = "ab";
            }
        });
    }

    [Fact]
    public void An_artifact_is_matched_by_any_strong_digest_and_by_no_weak_one()
    {
        Assert.True(Matches(("sha512", HelloSha512)));
        Assert.True(Matches(("md5", "00"), ("sha256", HelloSha256)));
        Assert.False(Matches(("md5", "5d41402abc4b2a76b9719d911017c592")));
        Assert.False(Matches(("sha1", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d")));
    }

    [Fact]
    public void A_subject_with_conflicting_digests_is_no_artifacts() =>
        Assert.False(Matches(("sha256", HelloSha256), ("sha512", new string('0', 128))));

    [Fact]
    public void An_artifact_known_by_its_sha256_alone_is_not_matched_by_another_digest()
    {
        var artifact = Artifact.OfDigest(Hello.Sha256);
        Assert.False(Subject(("sha512", HelloSha512)).Matches(artifact));
        Assert.True(Subject(("sha256", HelloSha256), ("sha512", HelloSha512)).Matches(artifact));
    }

    [Fact]
    public void Provenance_cuts_the_ref_and_not_at_an_at_sign_inside_the_tag()
    {
        var predicate = JsonNode.Parse(SlsaProvenance.Predicate(Identity("refs/tags/pkg@1.0")))!;
        Assert.Equal(".github/workflows/release.yml", (string)predicate["buildDefinition"]!["externalParameters"]!["workflow"]!["path"]!);
        Assert.Equal("git+https://github.com/octo/app@refs/tags/pkg@1.0", (string)predicate["buildDefinition"]!["resolvedDependencies"]![0]!["uri"]!);
    }

    [Fact]
    public void Provenance_is_not_made_of_an_identity_that_lacks_a_required_value() =>
        Assert.Throws<ArgumentException>(() => SlsaProvenance.Predicate(Identity("refs/heads/main") with { RepositoryId = null }));

    private static PipelineIdentity Identity(string reference) => new()
    {
        Issuer = VerificationPolicy.GitHubIssuer,
        Subject = "repo:octo/app",
        SignerUri = $"https://github.com/octo/app/.github/workflows/release.yml@{reference}",
        CallerUri = $"https://github.com/octo/app/.github/workflows/release.yml@{reference}",
        RepositoryUri = "https://github.com/octo/app",
        SourceRef = reference,
        SourceDigest = new string('a', 40),
        Event = "push",
        RepositoryId = "1",
        OwnerId = "2",
        RunnerEnvironment = "github-hosted",
        RunUri = "https://github.com/octo/app/actions/runs/1/attempts/1",
    };

    private static bool Matches(params (string Algorithm, string Hex)[] digests) => Subject(digests).Matches(Hello);

    private static Subject Subject(params (string Algorithm, string Hex)[] digests) => new("x", digests.ToDictionary(d => d.Algorithm, d => d.Hex));

    private static void Refused(FailureCode code, Action<JsonObject> change)
    {
        var json = Minimal();
        change(json);
        Refusal.Is(code, () => Parse(json.ToJsonString()));
    }

    private static Statement Parse(string json) => Statement.Parse(System.Text.Encoding.UTF8.GetBytes(json));

    private static JsonObject Minimal() => new()
    {
        ["_type"] = Statement.Type,
        ["subject"] = new JsonArray(new JsonObject { ["name"] = "hello.txt", ["digest"] = new JsonObject { ["sha256"] = HelloSha256 } }),
        ["predicateType"] = "https://example.com/p",
        ["predicate"] = new JsonObject(),
    };

    // B-49: where any value may stand, only the reader of JSON stands between a broken text and whoever reads the predicate.
    [Fact]
    public void Every_public_case_of_broken_JSON_is_refused_as_a_predicate_and_every_good_one_read()
    {
        var (broken, good) = (SharedMaterial.Files("n_*.json", "vectors", "json").ToArray(), SharedMaterial.Files("y_*.json", "vectors", "json").ToArray());
        Assert.Equal((188, 95), (broken.Length, good.Length));
        Assert.All(broken, file => Refusal.Is(FailureCode.StatementMalformed, () => Statement.Parse(WithPredicate(File.ReadAllBytes(file)))));
        foreach (var file in good)
        {
            if (Path.GetFileName(file).StartsWith("y_object_duplicated_key", StringComparison.Ordinal))
            {
                Refusal.Is(FailureCode.StatementMalformed, () => Statement.Parse(WithPredicate(File.ReadAllBytes(file))));
                continue;
            }

            Assert.NotNull(Statement.Parse(WithPredicate(File.ReadAllBytes(file))));
        }
    }

    private static byte[] WithPredicate(byte[] predicate) =>
    [
        .. """{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}],"predicateType":"https://example.com/p","predicate":"""u8,
        .. predicate, (byte)'}',
    ];
}

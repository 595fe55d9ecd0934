using System.Text;
using System.Text.Json;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>The whole agent in process against a whole instance in memory: what is written verifies.</summary>
public sealed class SigningRunTests : IDisposable
{
    private const string Workflow = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main";
    private static readonly VerificationPolicy Policy = new() { Issuer = "https://token.example", Identity = Workflow };

    private readonly SmallSigstore _sigstore = new(TimeProvider.System);
    private readonly TestPlace _place;

    public SigningRunTests() => _place = new TestPlace { Network = _sigstore }.AsGitHubJob(SmallSigstore.TokenUrl);

    [Fact]
    public async Task A_file_is_signed_as_the_workflow_and_its_bundle_verifies()
    {
        _place.Write("dist/app.zip", "app");
        await SignedAsync("sign", "dist/app.zip", "--authority", SmallSigstore.Url);
        var verified = Verify("dist/app.zip.sigstore.json", "app");
        Assert.Null(verified.Statement);
        Assert.Equal(Workflow, verified.Identity?.SignerUri);
        Assert.Contains(Workflow, _place.Out.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_files_are_signed_with_one_token_and_one_certificate_and_each_gets_its_bundle()
    {
        foreach (var i in Enumerable.Range(0, 20))
        {
            _place.Write($"dist/{i}.bin", $"content {i}");
        }

        await SignedAsync("sign", "dist/*", "--authority", SmallSigstore.Url);
        foreach (var i in Enumerable.Range(0, 20))
        {
            Verify($"dist/{i}.bin.sigstore.json", $"content {i}");
        }

        Assert.Single(_sigstore.Asked, "/api/v2/signingCert");
        Assert.Single(_sigstore.Asked, "/token");
        Assert.Equal(20, _sigstore.Logged);
    }

    [Fact]
    public async Task An_attestation_names_all_files_in_one_statement_and_one_log_entry()
    {
        _place.Write("a.zip", "a");
        _place.Write("b.zip", "b");
        _place.Write("copy/a.zip", "a");
        await SignedAsync("attest", "*.zip", "copy/a.zip", "--authority", SmallSigstore.Url);
        var statement = Verify("a.zip.sigstore.json", "a").Statement!;
        Assert.Equal(["a.zip", "b.zip"], statement.Subjects.Select(s => s.Name));
        Assert.Equal(SlsaProvenance.PredicateType, statement.PredicateType);
        Verify("b.zip.sigstore.json", "b");
        Assert.Equal(File.ReadAllBytes(_place.PathOf("a.zip.sigstore.json")), File.ReadAllBytes(_place.PathOf("copy/a.zip.sigstore.json")));
        Assert.Equal(1, _sigstore.Logged);
    }

    [Fact]
    public async Task Provenance_says_what_the_certificate_says_whatever_the_environment_claims()
    {
        _place.Variables["GITHUB_REPOSITORY"] = "evil/other";
        _place.Variables["GITHUB_SHA"] = new string('e', 40);
        _place.Variables["GITHUB_WORKFLOW_REF"] = "evil/other/.github/workflows/x.yml@refs/heads/x";
        _place.Write("a.zip", "a");
        await SignedAsync("attest", "a.zip", "--authority", SmallSigstore.Url);
        var predicate = Encoding.UTF8.GetString(Verify("a.zip.sigstore.json", "a").Statement!.Predicate.Span);
        Assert.DoesNotContain("evil", predicate, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(predicate);
        var build = json.RootElement.GetProperty("buildDefinition");
        Assert.Equal(
            """{"ref":"refs/heads/main","repository":"https://github.com/octo/app","path":".github/workflows/release.yml"}""",
            build.GetProperty("externalParameters").GetProperty("workflow").GetRawText());
        Assert.Equal(InMemorySigstore.Workflow.SourceDigest, build.GetProperty("resolvedDependencies")[0].GetProperty("digest").GetProperty("gitCommit").GetString());
    }

    [Fact]
    public async Task A_statement_is_signed_byte_for_byte()
    {
        var text = "{ \"_type\" : \"https://in-toto.io/Statement/v1\",\n \"subject\":[{\"name\":\"a\",\"digest\":{\"sha256\":\""
            + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("a"u8)) + "\"}}],\"predicateType\":\"https://x.example/v1\",\"predicate\":{\"b\":1}}\n";
        _place.Write("statement.json", text);
        await SignedAsync("attest", "--statement", "statement.json", "--bundle", "out.json", "--authority", SmallSigstore.Url);
        Assert.Equal(text, Encoding.UTF8.GetString(Bundle.Parse(File.ReadAllBytes(_place.PathOf("out.json"))).Envelope!.Payload.Span));
        Assert.Equal("https://x.example/v1", Verify("out.json", "a").Statement!.PredicateType);
    }

    [Fact]
    public async Task Files_of_trust_and_a_token_from_the_environment_do_without_GitHub()
    {
        _place.Variables.Clear();
        _place.Variables["SIGSTORE_ID_TOKEN"] = TestTokens.Create();
        File.WriteAllBytes(_place.PathOf("root.json"), _sigstore.Root.ToJson());
        File.WriteAllBytes(_place.PathOf("config.json"), _sigstore.Config.ToJson());
        _place.Write("a", "a");
        await SignedAsync("sign", "a", "--trusted-root", "root.json", "--signing-config", "config.json", "--bundle", "b.json");
        Verify("b.json", "a");
        Assert.Equal(["/api/v2/signingCert"], _sigstore.Authorizations.Select(a => a.Path));
    }

    [Fact]
    public async Task A_token_may_come_from_a_file()
    {
        _place.Variables.Clear();
        _place.Write("token.jwt", TestTokens.Create() + "\n");
        _place.Write("a", "a");
        await SignedAsync("sign", "a", "--authority", SmallSigstore.Url, "--identity-token", "token.jwt");
        Verify("a.sigstore.json", "a");
    }

    [Fact]
    public async Task The_report_is_one_JSON_document_on_standard_output()
    {
        _place.Write("a##[add-mask]x.zip", "a");
        await SignedAsync("sign", "a##[add-mask]x.zip", "--authority", SmallSigstore.Url, "--format", "json");
        Assert.DoesNotContain("##[", _place.Printed, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(_place.Out.ToString());
        var bundle = json.RootElement.GetProperty("bundles")[0];
        Assert.Equal("a##[add-mask]x.zip", bundle.GetProperty("subjects")[0].GetProperty("name").GetString());
        Assert.Equal(5, bundle.GetProperty("logIndex").GetInt64());
        Assert.Equal(Workflow, json.RootElement.GetProperty("identity").GetString());
    }

    [Fact]
    public async Task A_second_run_signs_the_files_again_and_not_the_bundles_of_the_first()
    {
        _place.Write("dist/a", "a");
        await SignedAsync("sign", "dist/*", "--authority", SmallSigstore.Url);
        await SignedAsync("sign", "dist/*", "--authority", SmallSigstore.Url);
        Assert.Equal(["a", "a.sigstore.json"], Directory.EnumerateFiles(_place.PathOf("dist")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task The_token_is_asked_for_only_when_everything_else_is_ready()
    {
        _place.Write("a", "a");
        await SignedAsync("sign", "a", "--authority", SmallSigstore.Url);
        Assert.Equal(["/trusted_root.json", "/signing_config.json", "/token", "/api/v2/signingCert"], _sigstore.Asked.Take(4));
    }

    public void Dispose()
    {
        _place.Dispose();
        _sigstore.Dispose();
    }

    private async Task SignedAsync(params string[] args)
    {
        var code = await SigningAgent.RunAsync(args, _place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == AgentFaults.Success, _place.Printed);
    }

    private VerifiedBundle Verify(string bundle, string content) =>
        new Verifier(_sigstore.Root).Verify(Bundle.Parse(File.ReadAllBytes(_place.PathOf(bundle))), Artifact.OfBytes(Encoding.UTF8.GetBytes(content)), Policy);
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Commands;

/// <summary>Every kind of subject and predicate through the whole agent: what is written verifies.</summary>
public sealed class AttestTests : IDisposable
{
    private const string Workflow = "https://github.com/octo/app/.github/workflows/release.yml@refs/heads/main";
    private static readonly VerificationPolicy Policy = new() { Issuer = "https://token.example", Identity = Workflow };

    private readonly SmallSigstore _sigstore = new(TimeProvider.System);
    private readonly TestPlace _place;

    public AttestTests() => _place = new TestPlace { Network = _sigstore }.AsGitHubJob(SmallSigstore.TokenUrl);

    [Fact]
    public async Task An_image_is_attested_by_its_digest()
    {
        var digest = Sha256Digest.Of("image"u8);
        await RunAsync(AgentFaults.Success, "--subject-name", "ghcr.io/octo/app", "--subject-digest", $"sha256:{digest}", "--bundle-dir", "out");
        var subject = Assert.Single(Verify("out/ghcr.io_octo_app.provenance.sigstore.json", Artifact.OfDigest(digest)).Subjects);
        Assert.Equal("ghcr.io/octo/app", subject.Name);
    }

    [Fact]
    public async Task A_name_beside_files_is_the_name_of_every_file()
    {
        _place.Write("a.zip", "a");
        _place.Write("b.zip", "b");
        await RunAsync(AgentFaults.Success, "*.zip", "--subject-name", "release", "--bundle", "out.json");
        Assert.Equal([$"release {Sha256Digest.Of("a"u8)}", $"release {Sha256Digest.Of("b"u8)}"], Verify("out.json", "b").Subjects.Select(s => $"{s.Name} {s.Digests["sha256"]}"));
    }

    [Theory]
    [InlineData(256)]
    [InlineData(384)]
    [InlineData(512)]
    public async Task Lines_of_a_checksum_file_are_attested_by_their_digests(int bits)
    {
        byte[] Hash(byte[] data) => bits switch { 256 => SHA256.HashData(data), 384 => SHA384.HashData(data), _ => SHA512.HashData(data) };
        _place.Write("SUMS", $"{Convert.ToHexStringLower(Hash([1]))}  one\n{Convert.ToHexStringLower(Hash([2]))} *two\n");
        await RunAsync(AgentFaults.Success, "--subject-checksums", "SUMS", "--bundle", "b.json");
        Assert.Equal(["one", "two"], Verify("b.json", Artifact.OfBytes(new byte[] { 2 })).Subjects.Select(s => s.Name));
        Assert.Equal(FailureCode.SubjectMismatch, Assert.Throws<EvidenceException>(() => Verify("b.json", Artifact.OfBytes(new byte[] { 3 }))).Code);
    }

    [Fact]
    public async Task An_SBOM_is_the_predicate_of_the_files_it_is_about()
    {
        _place.Write("a.zip", "a");
        _place.Write("sbom.json", """{"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"a"}""");
        await RunAsync(AgentFaults.Success, "a.zip", "--sbom-path", "sbom.json");
        var statement = Verify("a.zip.sigstore.json", "a");
        Assert.Equal("https://spdx.dev/Document/v2.3", statement.PredicateType);
        using var json = JsonDocument.Parse(statement.Predicate);
        Assert.Equal("SPDXRef-DOCUMENT", json.RootElement.GetProperty("SPDXID").GetString());
    }

    [Fact]
    public async Task A_predicate_of_the_callers_own_is_attested_under_its_type()
    {
        _place.Write("a.zip", "a");
        await RunAsync(AgentFaults.Success, "--subject-path", "a.zip,\n", "--predicate-type", "https://x.example/result/v1", "--predicate", """{"passed":true}""");
        var statement = Verify("a.zip.sigstore.json", "a");
        Assert.Equal(("https://x.example/result/v1", """{"passed":true}"""), (statement.PredicateType, Encoding.UTF8.GetString(statement.Predicate.Span)));
    }

    [Fact]
    public async Task More_subjects_than_a_statement_may_have_make_bundles_in_lines_and_all_verify()
    {
        var lines = Enumerable.Range(0, Limits.Subjects + 5).Select(i => $"{Sha256Digest.Of(Encoding.UTF8.GetBytes(i.ToString(CultureInfo.InvariantCulture)))}  f{i}");
        _place.Write("SUMS", string.Join('\n', lines));
        await RunAsync(AgentFaults.Success, "--subject-checksums", "SUMS", "--bundle-dir", "out");
        var file = Assert.Single(Directory.GetFiles(_place.PathOf("out")));
        Assert.EndsWith(".provenance.sigstore.jsonl", file, StringComparison.Ordinal);
        var bundles = File.ReadAllLines(file);
        Assert.Equal(2, bundles.Length);
        Assert.Equal(Limits.Subjects, Verify(Encoding.UTF8.GetBytes(bundles[0]), Artifact.OfBytes("0"u8.ToArray())).Subjects.Count);
        Assert.Equal(5, Verify(Encoding.UTF8.GetBytes(bundles[1]), Artifact.OfBytes("1028"u8.ToArray())).Subjects.Count);
        Assert.Equal(2, _sigstore.Logged);
        Assert.Single(_sigstore.Asked, "/api/v2/signingCert");
    }

    [Fact]
    public async Task What_earlier_steps_declared_is_attested_where_no_subject_is_named()
    {
        _place.Write("list.json", $$"""{"version":1,"subjects":[{"name":"a.zip","digest":"sha256:{{Sha256Digest.Of("a"u8)}}","kind":"file"}]}""");
        _place.Variables["GITHUB_ARTIFACTS_LIST"] = _place.PathOf("list.json");
        await RunAsync(AgentFaults.Success, "--bundle", "b.json");
        Assert.Equal("a.zip", Assert.Single(Verify("b.json", "a").Subjects).Name);
    }

    [Theory]
    [InlineData("""{"version":1,"subjects":[]}""", AgentFaults.Usage)]
    [InlineData("""{"version":2,"subjects":[]}""", AgentFaults.Usage)]
    [InlineData("""{"version":1}""", AgentFaults.Usage)]
    [InlineData("""[""", AgentFaults.Usage)]
    [InlineData("""{"version":1,"subjects":[{"name":"a","digest":"sha1:aa","kind":"file"}]}""", AgentFaults.Refused)]
    [InlineData("""{"version":1,"subjects":[{"name":"a\u001b[0m","digest":"sha256:aa","kind":"file"}]}""", AgentFaults.Refused)]
    public async Task A_list_of_the_runner_that_is_empty_or_strange_attests_nothing(string list, int code)
    {
        _place.Write("list.json", list);
        _place.Variables["GITHUB_ARTIFACTS_LIST"] = _place.PathOf("list.json");
        await RunAsync(code, "--bundle", "b.json");
        Assert.DoesNotContain("/token", _sigstore.Asked);
    }

    [Fact]
    public async Task A_dry_run_asks_for_no_token_and_writes_nothing()
    {
        _place.Write("a.zip", "a");
        await RunAsync(AgentFaults.Success, "a.zip", "--dry-run", "--format", "json");
        Assert.Equal(["/trusted_root.json", "/signing_config.json"], _sigstore.Asked);
        Assert.False(File.Exists(_place.PathOf("a.zip.sigstore.json")));
        using var json = JsonDocument.Parse(_place.Out.ToString());
        Assert.True(json.RootElement.GetProperty("dryRun").GetBoolean());
        Assert.Equal("a.zip", json.RootElement.GetProperty("bundles")[0].GetProperty("subjects")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_file_that_is_replaced_while_it_is_signed_is_told_when_it_is_read_back()
    {
        _place.Write("a.zip", "a");
        _sigstore.Instead = (path, _) =>
        {
            if (path == "/token")
            {
                _place.Write("a.zip", "b");
            }

            return null;
        };
        await RunAsync(AgentFaults.Refused, "a.zip", "--verify");
        Assert.Contains("SUBJECT_CHANGED", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains("::error file=", _place.Error.ToString(), StringComparison.Ordinal);
    }

    /// <summary>R-15.</summary>
    [Fact]
    public async Task A_file_whose_line_ends_are_rewritten_while_it_is_signed_is_told_so()
    {
        _place.Write("a.txt", "one\ntwo\n");
        _sigstore.Instead = (path, _) =>
        {
            if (path == "/token")
            {
                _place.Write("a.txt", "one\r\ntwo\r\n");
            }

            return null;
        };
        await RunAsync(AgentFaults.Refused, "a.txt", "--verify");
        Assert.Contains("SUBJECT_CHANGED", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Only its line ends are others (CRLF and LF)", _place.Error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_predicate_costs_neither_hashing_nor_a_token()
    {
        _place.Write("p.json", "{");
        await RunAsync(AgentFaults.Usage, "missing.zip", "--predicate-type", "https://x.example/v1", "--predicate-path", "p.json");
        Assert.Contains("no strict JSON", _place.Error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_sigstore.Asked);
    }

    public void Dispose()
    {
        _place.Dispose();
        _sigstore.Dispose();
    }

    private async Task RunAsync(int expected, params string[] args)
    {
        var code = await SigningAgent.RunAsync(["attest", "--authority", SmallSigstore.Url, .. args], _place.Environment, TestContext.Current.CancellationToken);
        Assert.True(code == expected, $"{code}: {_place.Printed}");
    }

    private Statement Verify(string bundle, string content) => Verify(bundle, Artifact.OfBytes(Encoding.UTF8.GetBytes(content)));

    private Statement Verify(string bundle, Artifact artifact) => Verify(File.ReadAllBytes(_place.PathOf(bundle)), artifact);

    private Statement Verify(byte[] bundle, Artifact artifact) => new Verifier(_sigstore.Root).Verify(Bundle.Parse(bundle), artifact, Policy).Statement!;
}

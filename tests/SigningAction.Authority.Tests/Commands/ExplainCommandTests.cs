using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Commands;

/// <summary>What an administrator reads at night: the rule that came closest, the condition that missed, the claim's value, the line of the file.</summary>
public sealed class ExplainCommandTests : IDisposable
{
    private const string Policy = """
        version: 1
        issuer: https://token.actions.githubusercontent.com
        deny:
          - name: no self-hosted
            runner: self-hosted
        allow:
          - name: other
            repository_id: 5
            event: push
            workflow: .github/workflows/release.yml
            ref: refs/heads/main
          - name: releases of octo
            repository_id: 74
            owner_id: 65
            event: [push, workflow_dispatch]
            workflow: .github/workflows/release.yml
            ref:
              - refs/heads/main
            environment: production

        """;

    private readonly TemporaryDirectory _directory = new();

    public ExplainCommandTests() => File.WriteAllText(PolicyFile, Policy);

    private string PolicyFile => _directory.File("signing-policy.yml");

    private string ClaimsFile => _directory.File("claims.json");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_refusal_names_rule_condition_value_and_their_lines_and_what_would_refuse_next()
    {
        var (code, output, error) = await RunAsync(Claims(new WorkflowRun { Ref = "refs/heads/dev" }));
        Assert.Equal((ExitCodes.Refused, ""), (code, error));
        string[] lines =
        [
            "refused: REF_NOT_ALLOWED",
            "  pipeline   https://github.com/octo-org/octo-repo",
            $"  rule       {PolicyFile}:12: 'releases of octo' came closest",
            $"  missed     {PolicyFile}:17: ref must be 'refs/heads/main'",
            "  has        'refs/heads/dev'",
            $"  then       {PolicyFile}:19: environment must be 'production', has nothing",
        ];
        Assert.Equal(lines, output.Split(Environment.NewLine)[..lines.Length]);
        Assert.Contains("Sign from the branch or tag that the rule names", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_allowed_or_denied_names_its_rule()
    {
        var (code, output, _) = await RunAsync(Claims(new WorkflowRun { Environment = "production" }));
        Assert.Equal(ExitCodes.Done, code);
        Assert.StartsWith("allowed: ALLOWED", output, StringComparison.Ordinal);
        Assert.Contains($"{PolicyFile}:12: 'releases of octo' allows it", output, StringComparison.Ordinal);

        (code, output, _) = await RunAsync(Claims(new WorkflowRun { Environment = "production", Runner = "self-hosted" }));
        Assert.Equal(ExitCodes.Refused, code);
        Assert.StartsWith("refused: DENIED_BY_RULE", output, StringComparison.Ordinal);
        Assert.Contains($"{PolicyFile}:4: 'no self-hosted' denies it", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_says_the_same_to_scripts()
    {
        var (code, output, _) = await RunAsync(Claims(new WorkflowRun { Ref = "refs/heads/dev" }), "--format", "json");
        Assert.Equal(ExitCodes.Refused, code);
        var explanation = JsonNode.Parse(output)!;
        Assert.False((bool)explanation["allowed"]!);
        Assert.Equal("REF_NOT_ALLOWED", (string)explanation["reason"]!);
        Assert.Equal(("releases of octo", 12), ((string)explanation["rule"]!["name"]!, (int)explanation["rule"]!["line"]!));
        Assert.Equal(("ref", "'refs/heads/dev'", 17), ((string)explanation["missed"]!["claim"]!, (string)explanation["missed"]!["value"]!, (int)explanation["missed"]!["line"]!));
        Assert.Equal("environment", (string)Assert.Single(explanation["alsoMissed"]!.AsArray())!["claim"]!);
        Assert.Equal(64, ((string)explanation["policyVersion"]!).Length);
    }

    [Fact]
    public async Task Claims_of_which_the_exchange_makes_no_identity_are_refused_with_its_reason()
    {
        var claims = JsonNode.Parse(Claims(new WorkflowRun()))!.AsObject();
        _ = claims.Remove("sha");
        var (code, output, _) = await RunAsync(claims.ToJsonString());
        Assert.Equal(ExitCodes.Refused, code);
        Assert.StartsWith("refused: CLAIM_MISSING", output, StringComparison.Ordinal);
        Assert.Contains("The token has no claim sha.", output, StringComparison.Ordinal);

        Assert.StartsWith("refused: NOT_A_PIPELINE", (await RunAsync("""{"iss":"https://token.actions.githubusercontent.com","sub":"x"}""")).Output, StringComparison.Ordinal);
        Assert.StartsWith("refused: UNKNOWN_ISSUER", (await RunAsync("{}")).Output, StringComparison.Ordinal);
        Assert.StartsWith("refused: CLAIM_CHARACTERS", (await RunAsync("""{"iss":"https://token.actions.githubusercontent.com","x":"\u001b[2J"}""")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_an_authority_the_claims_are_read_as_its_issuers_are_configured()
    {
        File.WriteAllText(_directory.File("authority.json"), """
            {"url":"https://sign.octo.example","organization":"octo","exchange":{"issuers":[{"url":"https://ci.octo.example","kind":"Mapped","mapping":{
             "signerUri":"https://ci.octo.example/{project}","sourceRef":"refs/heads/{branch}","event":"{trigger}","repositoryId":"{project_id:integer}"}}]}}
            """);
        File.WriteAllText(PolicyFile, "version: 1\nallow:\n  - name: app\n    issuer: https://ci.octo.example\n    repository_id: 7\n    event: push\n    signer_uri: https://ci.octo.example/app\n    ref: refs/heads/main\n");
        const string Claims = """{"iss":"https://ci.octo.example","sub":"b","project":"app","project_id":7,"branch":"main","trigger":"push"}""";
        Assert.Equal(ExitCodes.Done, (await RunAsync(Claims, "--authority", _directory.Path)).Code);
        var refused = await RunAsync(Claims.Replace("main", "dev", StringComparison.Ordinal), "--authority", _directory.Path);
        Assert.Equal(ExitCodes.Refused, refused.Code);
        Assert.Contains($"{PolicyFile}:8: ref must be 'refs/heads/main'", refused.Output, StringComparison.Ordinal);
        Assert.StartsWith("refused: UNKNOWN_ISSUER", (await RunAsync(ExplainCommandTests.Claims(new WorkflowRun()), "--authority", _directory.Path)).Output, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, (await RunAsync(Claims, "--authority", _directory.File("none"))).Code);
    }

    [Fact]
    public async Task What_cannot_be_read_is_no_verdict_and_a_token_is_not_echoed()
    {
        const string Token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzZWNyZXQifQ.c2lnbmF0dXJl";
        foreach (var content in (string[])[Token, $"\"{Token}\"", "[]", "", "{\"iss\":\"a\",\"iss\":\"b\"}", new string(' ', 100_000) + "{}"])
        {
            var (code, output, error) = await RunAsync(content);
            Assert.Equal((ExitCodes.Failed, ""), (code, output));
            Assert.DoesNotContain("eyJ", error, StringComparison.Ordinal);
        }

        File.WriteAllText(PolicyFile, "version: 1\nalow: []\n");
        var broken = await RunAsync(Claims(new WorkflowRun()));
        Assert.Equal(ExitCodes.Failed, broken.Code);
        Assert.Contains($"{PolicyFile}:2:1:", broken.Error, StringComparison.Ordinal);
        File.Delete(PolicyFile);
        Assert.Equal(ExitCodes.Failed, (await RunAsync(Claims(new WorkflowRun()))).Code);
        Assert.Equal(ExitCodes.Usage, await SigningAuthority.RunAsync(["policy", "explain", PolicyFile], TextWriter.Null, TextWriter.Null));
        Assert.Equal(ExitCodes.Usage, await SigningAuthority.RunAsync(["policy", "explain", PolicyFile, "--claims", ClaimsFile, "--format", "xml"], TextWriter.Null, TextWriter.Null));
    }

    [Fact]
    public Task Whatever_the_claims_file_holds_there_is_a_verdict_or_a_message() => Gen.OneOf(
        Gen.Byte.Array[0, 200],
        Gen.OneOfConst("{", "}", "[", "]", "\"iss\"", ":", "\"https://token.actions.githubusercontent.com\"", ",", "\"run_id\"", "7", "null", "\"\\ud800\"", "\"ref\"", "{}", "\u00FF", "true")
            .Array[0, 20].Select(parts => System.Text.Encoding.Latin1.GetBytes(string.Concat(parts)))).SampleAsync(
        async bytes =>
        {
            var claims = _directory.File(Guid.NewGuid().ToString("N"));
            await File.WriteAllBytesAsync(claims, bytes);
            using var error = new StringWriter();
            var code = await SigningAuthority.RunAsync(["policy", "explain", PolicyFile, "--claims", claims], TextWriter.Null, error);
            Assert.Contains(code, (int[])[ExitCodes.Refused, ExitCodes.Failed]);
            Assert.Equal(code == ExitCodes.Failed, error.ToString().Length > 0);
        },
        iter: 500);

    private static string Claims(WorkflowRun run) =>
        run.ToClaims("https://token.actions.githubusercontent.com", "sigstore", DateTimeOffset.UnixEpoch).ToJsonString();

    private async Task<(int Code, string Output, string Error)> RunAsync(string claims, params string[] more)
    {
        await File.WriteAllTextAsync(ClaimsFile, claims);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await SigningAuthority.RunAsync(["policy", "explain", PolicyFile, "--claims", ClaimsFile, .. more], output, error);
        return (code, output.ToString(), error.ToString());
    }
}

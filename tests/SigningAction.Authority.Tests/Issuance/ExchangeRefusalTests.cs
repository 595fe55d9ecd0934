using System.Net;
using System.Net.Sockets;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Issuance;

/// <summary>No token, no right, no key, no ledger: no certificate, and whoever was known is in the audit before he hears of it.</summary>
public sealed class ExchangeRefusalTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly LogLines _log = new();
    private AuthorityInProcess _authority = null!;
    private TestSigner _signer = null!;

    public async ValueTask InitializeAsync()
    {
        _authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { Time = _time, Log = _log, SingleUse = true });
        _signer = new TestSigner(_authority.Client);
    }

    public async ValueTask DisposeAsync()
    {
        _signer.Dispose();
        await _authority.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task A_workflow_that_the_policy_does_not_allow_gets_403_and_an_audit_leaf_and_no_certificate()
    {
        _authority.Issuer.Run = _authority.Issuer.Run with { WorkflowFile = ".github/workflows/other.yml" };
        var answer = await _signer.ExchangeAsync(_authority.Issuer);
        var message = await answer.FulcioErrorAsync(HttpStatusCode.Forbidden, 7, "WORKFLOW_NOT_ALLOWED");
        Assert.Contains("releases of the test", message, StringComparison.Ordinal);

        var audit = Assert.Single(await _authority.AuditAsync());
        Assert.Equal(AuditDecision.Refused, audit.Decision);
        Assert.Equal("WORKFLOW_NOT_ALLOWED", audit.Reason);
        Assert.Equal("releases of the test", audit.Rule);
        Assert.Equal("74", audit.Identity!.RepositoryId);
        Assert.Equal(answer.Correlation(), audit.CorrelationId);
        Assert.Null(audit.Certificate);
        Assert.Equal(0, _authority.CertificatesIssued());
    }

    [Fact]
    public async Task A_genuine_token_that_is_refused_is_audited_by_its_digest()
    {
        var answer = await _signer.ExchangeAsync(_authority.Issuer, _authority.Issuer.IssueToken(audience: "another"));
        await answer.FulcioErrorAsync(HttpStatusCode.BadRequest, 3, "AUDIENCE_MISMATCH");
        var audit = Assert.Single(await _authority.AuditAsync());
        Assert.Equal("AUDIENCE_MISMATCH", audit.Reason);
        Assert.NotNull(audit.TokenSha256);
        Assert.Equal(answer.Correlation(), audit.CorrelationId);
    }

    [Fact]
    public async Task An_identity_that_no_certificate_can_hold_is_refused_and_audited()
    {
        var claims = _authority.Issuer.Claims();
        foreach (var claim in (string[])["run_attempt", "workflow", "environment", "runner_environment", "repository_visibility", "run_id"])
        {
            claims[claim] = new string('\u754c', 1000);
        }

        // Written without escapes, or the token would be too long before its identity is.
        var written = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        var token = RawToken.Sign(_authority.Issuer.Key, _authority.Issuer.Header().ToJsonString(), claims.ToJsonString(written));
        var answer = await _signer.ExchangeAsync(_authority.Issuer, token);
        await answer.FulcioErrorAsync(HttpStatusCode.BadRequest, 3, "CLAIM_TOO_LONG");
        var audit = Assert.Single(await _authority.AuditAsync());
        Assert.Equal((AuditDecision.Refused, "CLAIM_TOO_LONG"), (audit.Decision, audit.Reason));
        Assert.Equal(answer.Correlation(), audit.CorrelationId);
        Assert.Null(audit.Certificate);
        Assert.Equal(0, _authority.CertificatesIssued());
    }

    [Fact]
    public async Task Refusals_of_strangers_are_one_leaf_a_minute_with_counts_by_reason()
    {
        foreach (var token in (string[])["x", "x", _authority.Issuer.IssueToken(claims => claims["iss"] = "https://attacker.example")])
        {
            _ = await _signer.ExchangeAsync(_authority.Issuer, token);
        }

        Assert.Empty(await _authority.AuditAsync());
        _time.Advance(RefusalCounter.Interval);
        await Eventually.TrueAsync(async () => (await _authority.AuditAsync()).Count > 0, () => "No counted leaf came.");

        var audit = Assert.Single(await _authority.AuditAsync());
        Assert.Equal(RefusalCounter.Kind, audit.Kind);
        Assert.Null(audit.Identity);
        Assert.Equal(2, audit.Counts!["MALFORMED"]);
        Assert.Equal(1, audit.Counts["UNKNOWN_ISSUER"]);
        _time.Advance(RefusalCounter.Interval);
        Assert.Single(await _authority.AuditAsync());
    }

    [Fact]
    public async Task A_body_that_the_server_itself_cannot_read_is_counted_too()
    {
        using (var connection = new TcpClient())
        {
            await connection.ConnectAsync(IPAddress.Loopback, new Uri(_authority.Url).Port, TestContext.Current.CancellationToken);
            var stream = connection.GetStream();
            await stream.WriteAsync(
                "POST /api/v2/signingCert HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            using var reader = new StreamReader(stream);
            Assert.StartsWith("HTTP/1.1 400 ", await reader.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        await _authority.StopAsync();
        await _authority.StartAgainAsync();
        Assert.Equal(1, Assert.Single(await _authority.AuditAsync()).Counts!["REQUEST_MALFORMED"]);
    }

    [Fact]
    public async Task What_was_counted_is_durable_when_the_authority_has_stopped()
    {
        _ = await _signer.ExchangeAsync(_authority.Issuer, "x");
        await _authority.StopAsync();
        await _authority.StartAgainAsync();
        Assert.Equal(1, Assert.Single(await _authority.AuditAsync()).Counts!["MALFORMED"]);
    }

    [Fact]
    public async Task A_key_without_proof_of_possession_is_refused_and_audited()
    {
        var answer = await _signer.PostAsync("/api/v2/signingCert", _signer.WithPublicKey("not the subject", _authority.Issuer.IssueToken()));
        await answer.FulcioErrorAsync(HttpStatusCode.BadRequest, 3, "PROOF_INVALID");
        Assert.Equal("PROOF_INVALID", Assert.Single(await _authority.AuditAsync()).Reason);
        Assert.Equal(0, _authority.CertificatesIssued());
    }

    [Fact]
    public async Task A_single_use_token_is_good_for_the_same_key_again_and_for_no_other()
    {
        var token = _authority.Issuer.IssueToken();
        Assert.Equal(HttpStatusCode.OK, (await _signer.ExchangeAsync(_authority.Issuer, token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _signer.ExchangeAsync(_authority.Issuer, token)).StatusCode);
        using var thief = new TestSigner(_authority.Client);
        await (await thief.ExchangeAsync(_authority.Issuer, token)).FulcioErrorAsync(HttpStatusCode.BadRequest, 3, "REPLAYED");
        Assert.Equal("REPLAYED", (await _authority.AuditAsync())[^1].Reason);
    }

    [Theory]
    [InlineData("{", "REQUEST_MALFORMED")]
    [InlineData("[]", "REQUEST_MALFORMED")]
    [InlineData("{}", "REQUEST_MALFORMED")]
    [InlineData("""{"credentials":{"oidcIdentityToken":"x"},"credentials":{"oidcIdentityToken":"y"}}""", "REQUEST_MALFORMED")]
    [InlineData("""{"credentials":5,"certificateSigningRequest":"AAAA"}""", "REQUEST_MALFORMED")]
    [InlineData("""{"certificateSigningRequest":"AAA"}""", "REQUEST_MALFORMED")]
    [InlineData("""{"certificateSigningRequest":"AAAA","certificate_signing_request":"AAAA"}""", "REQUEST_MALFORMED")]
    [InlineData("""{"certificateSigningRequest":"AAAA"}""", "MISSING")]
    [InlineData("""{"publicKeyRequest":null,"certificateSigningRequest":"AAAA"}""", "MISSING")]
    public async Task A_request_that_is_none_is_refused(string body, string reason)
    {
        using var content = new StringContent(body);
        var answer = await _authority.Client.PostAsync("/api/v2/signingCert", content, TestContext.Current.CancellationToken);
        await answer.FulcioErrorAsync(HttpStatusCode.BadRequest, 3, reason);
    }

    [Fact]
    public async Task A_token_over_its_cap_is_refused_before_anything_is_parsed()
    {
        var answer = await _signer.PostAsync("/api/v2/signingCert", _signer.WithRequest(new string('a', 40_000)));
        await answer.FulcioErrorAsync(HttpStatusCode.BadRequest, 3, "TOO_LARGE");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_over_its_cap_is_refused_whether_it_says_its_length_or_not(bool isChunked)
    {
        using var content = new StringContent(new string(' ', 300_000) + "{}");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v2/signingCert") { Content = content };
        request.Headers.TransferEncodingChunked = isChunked;
        var answer = await _authority.Client.SendAsync(request, TestContext.Current.CancellationToken);
        await answer.FulcioErrorAsync(HttpStatusCode.RequestEntityTooLarge, 3, "BODY_TOO_LARGE");
    }

    [Fact]
    public async Task Keys_that_cannot_be_fetched_are_our_trouble_and_worth_another_try()
    {
        _authority.Issuer.KeySetFault = IssuerFault.ServerError;
        var answer = await _signer.ExchangeAsync(_authority.Issuer);
        await answer.FulcioErrorAsync(HttpStatusCode.ServiceUnavailable, 14, "KEY_SET_UNAVAILABLE");
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    [Fact]
    public async Task Nothing_is_decided_aloud_while_the_ledger_cannot_write()
    {
        _ = await _signer.ExchangeAsync(_authority.Issuer);
        await _authority.Host.Ledger.StopAsync();
        var allowed = await _signer.ExchangeAsync(_authority.Issuer);
        await allowed.FulcioErrorAsync(HttpStatusCode.ServiceUnavailable, 14, "LEDGER_UNAVAILABLE");
        Assert.NotNull(allowed.Headers.RetryAfter);

        _authority.Issuer.Run = _authority.Issuer.Run with { RepositoryId = "75" };
        var refused = await _signer.ExchangeAsync(_authority.Issuer);
        await refused.FulcioErrorAsync(HttpStatusCode.ServiceUnavailable, 14, "LEDGER_UNAVAILABLE");
        var ready = await _authority.Client.GetAsync("/readyz", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("stopped", (string)JsonNode.Parse(await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["ledger"]!);
    }

    [Fact]
    public async Task No_log_line_has_a_token_or_a_part_of_one()
    {
        var good = _authority.Issuer.IssueToken();
        var bad = _authority.Issuer.IssueToken(claims => claims["iss"] = "https://attacker.example");
        _ = await _signer.ExchangeAsync(_authority.Issuer, good);
        _ = await _signer.ExchangeAsync(_authority.Issuer, bad);
        _ = await _signer.PostAsync("/api/v2/signingCert", _signer.WithPublicKey("wrong", good), good);
        var log = string.Join('\n', _log.Lines);
        Assert.NotEmpty(log);
        foreach (var part in good.Split('.').Concat(bad.Split('.')))
        {
            Assert.DoesNotContain(part, log, StringComparison.Ordinal);
        }
    }
}

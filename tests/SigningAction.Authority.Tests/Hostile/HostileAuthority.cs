using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Policy;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hostile;

/// <summary>
/// One running authority for the hostile cases, and what every refusal must be: the reason that the caller sees over HTTP, the audit leaf (whoever an issuer vouched for)
/// or the counted one (anybody), and no certificate.
/// </summary>
public sealed class HostileAuthority : IAsyncLifetime
{
    private AuthorityInProcess _authority = null!;
    private TestSigner _signer = null!;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public LogLines Log { get; } = new();

    public AuthorityInProcess Authority => _authority;

    public PipelineIssuer Issuer => _authority.Issuer;

    public TestSigner Signer => _signer;

    /// <summary>The enterprise whose slug is in its issuer; the same keys as the public one.</summary>
    public string Enterprise => Issuer.Url + "/octo-enterprise";

    /// <summary>An issuer that is asked for an audience of the authority's own.</summary>
    public string OwnAudience => Issuer.Url + "/own-audience";

    /// <summary>An issuer whose tokens serve once.</summary>
    public string SingleUse => Issuer.Url + "/single-use";

    public async ValueTask InitializeAsync()
    {
        _authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions
        {
            Time = Time,
            Log = Log,
            Issuers = issuer =>
            [
                new IssuerOptions { Url = issuer.Url, Kind = IssuerKind.GitHubActions },
                new IssuerOptions { Url = issuer.Url + "/octo-enterprise", Kind = IssuerKind.GitHubActions, ServerUrl = "https://octo.ghe.com" },
                new IssuerOptions { Url = issuer.Url + "/own-audience", Kind = IssuerKind.GitHubActions, Audience = "https://sign.octo.example" },
                new IssuerOptions { Url = issuer.Url + "/single-use", Kind = IssuerKind.GitHubActions, SingleUse = true },
            ],
        });
        _signer = new TestSigner(_authority.Client);
    }

    public async ValueTask DisposeAsync()
    {
        _signer.Dispose();
        await _authority.DisposeAsync();
        Log.Dispose();
    }

    /// <summary>Sends the token with a key whose possession is proven.</summary>
    public Task<HttpResponseMessage> ExchangeAsync(string? token, string? subject = null) =>
        _signer.PostAsync(FulcioEndpoints.SigningCert, _signer.WithPublicKey(subject ?? (string)Issuer.Claims()["sub"]!, token));

    /// <summary>Nobody in particular is refused: nothing is audited but, within a minute, the number of such refusals.</summary>
    public async Task CountedAsync(string reason, string? token) => await CountedAsync(reason, () => ExchangeAsync(token));

    public async Task CountedAsync(string reason, Func<Task<HttpResponseMessage>> send, HttpStatusCode status = HttpStatusCode.BadRequest, int grpc = 3)
    {
        var before = (await _authority.AuditAsync()).Count;
        var certificates = _authority.CertificatesIssued();
        using var answer = await send();
        _ = await answer.FulcioErrorAsync(status, grpc, reason);
        Assert.Equal(before, (await _authority.AuditAsync()).Count);

        Time.Advance(RefusalCounter.Interval);
        await Eventually.TrueAsync(async () => (await _authority.AuditAsync()).Count > before, () => "No counted leaf came.");

        var audit = (await _authority.AuditAsync())[^1];
        Assert.Equal((RefusalCounter.Kind, null), (audit.Kind, audit.Identity));
        Assert.Equal(1, Assert.Single(audit.Counts!, count => count.Key == reason).Value);
        _ = Assert.Single(audit.Counts!);
        Assert.Equal(certificates, _authority.CertificatesIssued());
    }

    /// <summary>Somebody whom his issuer vouched for is refused: one audit leaf of his own.</summary>
    public async Task<AuditEvent> AuditedAsync(string reason, string token, string? subject = null) => await AuditedAsync(reason, () => ExchangeAsync(token, subject));

    public async Task<AuditEvent> AuditedAsync(string reason, Func<Task<HttpResponseMessage>> send, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        var before = (await _authority.AuditAsync()).Count;
        var certificates = _authority.CertificatesIssued();
        using var answer = await send();
        _ = await answer.FulcioErrorAsync(status, status == HttpStatusCode.Forbidden ? 7 : 3, reason);
        var trail = await _authority.AuditAsync();
        Assert.Equal(before + 1, trail.Count);
        var audit = trail[^1];
        Assert.Equal((CertificateExchange.Kind, AuditDecision.Refused, reason), (audit.Kind, audit.Decision, audit.Reason));
        Assert.Equal(answer.Correlation(), audit.CorrelationId);
        Assert.NotNull(audit.TokenSha256);
        Assert.NotNull(audit.Detail);
        Assert.Null(audit.Certificate);
        Assert.Equal(certificates, _authority.CertificatesIssued());
        return audit;
    }

    /// <summary>The policy refuses the issuer's run: 403, and a leaf with identity, rule and policy version.</summary>
    public async Task<AuditEvent> DeniedAsync(string reason, string? token = null)
    {
        var audit = await AuditedAsync(reason, () => ExchangeAsync(token ?? Issuer.IssueToken()), HttpStatusCode.Forbidden);
        Assert.NotNull(audit.Identity);
        Assert.Equal(Sha256Digest.Of(await File.ReadAllBytesAsync(_authority.Paths.Policy, TestContext.Current.CancellationToken)).ToString(), audit.PolicyVersion);
        return audit;
    }

    /// <summary>The counterpart that keeps a refusal honest: this one is granted, and audited with its certificate.</summary>
    public async Task<AuditEvent> GrantedAsync(string? token = null, string? subject = null)
    {
        var before = (await _authority.AuditAsync()).Count;
        using var answer = await ExchangeAsync(token ?? Issuer.IssueToken(), subject);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var trail = await _authority.AuditAsync();
        Assert.Equal(before + 1, trail.Count);
        Assert.Equal(AuditDecision.Allowed, trail[^1].Decision);
        Assert.NotNull(trail[^1].Certificate);
        return trail[^1];
    }

    /// <summary>Puts a policy in force, as an administrator does: he writes the file.</summary>
    public async Task WritePolicyAsync(string text)
    {
        await File.WriteAllTextAsync(_authority.Paths.Policy, text);
        for (var look = 0; look < 3; look++)
        {
            Time.Advance(PolicyStore.Interval);
        }
    }

    /// <summary>A policy of one allow rule: the least that allows the issuer's default run, with lines that replace or add conditions.</summary>
    public async Task WriteRuleAsync(params (string Key, string Value)[] conditions)
    {
        var rule = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["repository_id"] = "74",
            ["event"] = "push",
            ["workflow"] = ".github/workflows/release.yml",
            ["ref"] = "refs/heads/main",
        };
        foreach (var (key, value) in conditions)
        {
            if (value.Length == 0)
            {
                _ = rule.Remove(key);
            }
            else
            {
                rule[key] = value;
            }
        }

        await WritePolicyAsync($"version: 1\nissuer: {Issuer.Url}\nallow:\n  - name: rule\n{string.Concat(rule.Select(pair => $"    {pair.Key}: {pair.Value}\n"))}");
        Assert.Equal("in force", await ReadyAsync("policy"));
    }

    public async Task<string> ReadyAsync(string member)
    {
        using var ready = await _authority.Client.GetAsync("/readyz", TestContext.Current.CancellationToken);
        return (string)JsonNode.Parse(await ready.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))![member]!;
    }
}

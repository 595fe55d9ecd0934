using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Authority.Keys;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Storage;
using SigningAction.Authority.Tests.Clock;
using SigningAction.Evidence.Timestamps;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hosting;

/// <summary>
/// L-21: keys that live in a store or a module, which times out, throttles, loses its session, or signs wrongly. The caller hears 503 and a stable reason, nothing is
/// acknowledged or written, and when the key is well again so is the authority.
/// </summary>
public sealed class BrittleKeyTests : IAsyncLifetime
{
    private static readonly KeyFault[] Faults = [.. Enum.GetValues<KeyFault>().Where(fault => fault != KeyFault.None)];

    private readonly ConcurrentDictionary<AuthorityKey, BrittleKey> _keys = new();
    private AuthorityInProcess _authority = null!;
    private TestSigner _signer = null!;
    private KeyFault _atStart;

    public async ValueTask InitializeAsync()
    {
        _authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions
        {
            Keys = (key, inner) => _keys[key] = new BrittleKey(inner) { Fault = _atStart },
        });
        _signer = new TestSigner(_authority.Client);
    }

    public async ValueTask DisposeAsync()
    {
        _signer.Dispose();
        await _authority.DisposeAsync();
    }

    [Fact]
    public async Task L21_while_the_issuing_key_fails_nobody_gets_a_certificate_and_the_refusal_is_audited()
    {
        foreach (var fault in Faults)
        {
            _keys[AuthorityKey.CaIntermediate].Fault = fault;
            await RequireNoCertificateAsync();
            var audit = (await _authority.AuditAsync())[^1];
            Assert.Equal((AuditDecision.Refused, KeyUnavailableException.Code), (audit.Decision, audit.Reason));
            Assert.Null(audit.Certificate);
            await RequireWellAsync(AuthorityKey.CaIntermediate);
        }
    }

    [Theory]
    [InlineData(AuthorityKey.LogCertificates, KeyFault.TimedOut)]
    [InlineData(AuthorityKey.LogCertificates, KeyFault.BitFlipped)]
    [InlineData(AuthorityKey.LogAudit, KeyFault.Throttled)]
    [InlineData(AuthorityKey.LogAudit, KeyFault.OtherKey)]
    public async Task L21_while_a_log_of_the_certificate_cannot_sign_nobody_gets_one(AuthorityKey key, KeyFault fault)
    {
        _keys[key].Fault = fault;
        await RequireNoCertificateAsync();
        if (key == AuthorityKey.LogCertificates)
        {
            // While the audit log itself cannot sign nothing can be recorded, and nobody hears anything but "try again".
            var audit = (await _authority.AuditAsync())[^1];
            Assert.Equal((AuditDecision.Refused, KeyUnavailableException.Code), (audit.Decision, audit.Reason));
            Assert.Null(audit.Certificate);
        }

        await RequireWellAsync(key);
    }

    [Fact]
    public async Task L21_while_the_key_of_the_signature_log_fails_no_entry_is_acknowledged_and_the_same_one_is_taken_afterwards()
    {
        foreach (var fault in Faults)
        {
            var certificate = await TestSigner.ReadLeafAsync(await _signer.ExchangeAsync(_authority.Issuer));
            var signature = _signer.Sign([(byte)fault]);
            var entry = TestSigner.Record(Evidence.Encoding.Sha256Digest.Of([(byte)fault]).ToArray(), signature, certificate);
            var before = _authority.Host.Ledger.Reader(LogId.Signatures).Head;
            _keys[AuthorityKey.LogSignatures].Fault = fault;
            using (var refused = await _signer.PostAsync("/api/v2/log/entries", entry))
            {
                _ = await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, KeyUnavailableException.Code);
                Assert.NotNull(refused.Headers.RetryAfter);
            }

            Assert.Equal(before, _authority.Host.Ledger.Reader(LogId.Signatures).Head);
            _keys[AuthorityKey.LogSignatures].Fault = KeyFault.None;
            using var taken = await _signer.PostAsync("/api/v2/log/entries", entry);
            Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
            Assert.Equal(before.Size, Evidence.Bundles.LogEntry.Parse(await taken.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).LogIndex);
            await _authority.AssertCleanAsync();
        }
    }

    [Fact]
    public async Task L21_while_the_timestamping_key_fails_nothing_is_stamped()
    {
        foreach (var fault in Faults)
        {
            _keys[AuthorityKey.Tsa].Fault = fault;
            using var content = new ByteArrayContent(TimestampRequest.ForSignature([1]).Encode());
            content.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-query");
            using var refused = await _authority.Client.PostAsync("/api/v1/timestamp", content, TestContext.Current.CancellationToken);
            _ = await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, KeyUnavailableException.Code);
            await RequireWellAsync(AuthorityKey.Tsa);
        }
    }

    [Theory]
    [InlineData(KeyFault.TimedOut)]
    [InlineData(KeyFault.OtherKey)]
    public async Task L21_with_a_key_that_does_not_sign_or_is_another_one_it_does_not_start_and_names_the_key(KeyFault fault)
    {
        await _authority.StopAsync();
        _atStart = fault;
        var refusal = await Assert.ThrowsAsync<KeyUnavailableException>(_authority.StartAgainAsync);
        Assert.Contains("The key CaIntermediate", refusal.Message, StringComparison.Ordinal);
        _atStart = KeyFault.None;
        await _authority.StartAgainAsync();
        _authority.Verify(await _authority.SignAsync(_authority.Client));
    }

    [Theory]
    [InlineData(AuthorityKey.CaIntermediate, KeyFault.TimedOut, "ca-intermediate", "does not sign")]
    [InlineData(AuthorityKey.Tsa, KeyFault.BitFlipped, "tsa", "signs wrongly")]
    [InlineData(AuthorityKey.LogSignatures, KeyFault.Empty, "log-signatures", "signs wrongly")]
    [InlineData(AuthorityKey.LogCertificates, KeyFault.Throttled, "log-certificates", "does not sign")]
    [InlineData(AuthorityKey.LogAudit, KeyFault.OtherKey, "log-audit", "signs wrongly")]
    public async Task Readiness_names_a_key_that_fails_and_is_taken_back_without_a_request_once_it_signs(AuthorityKey key, KeyFault fault, string name, string word)
    {
        var time = new FakeTimeProvider(TimeLab.Noon);
        var log = new LogLines();
        await using var authority = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions
        {
            Time = time,
            Log = log,
            Keys = (key, inner) => _keys[key] = new BrittleKey(inner),
        });
        using var signer = new TestSigner(authority.Client);
        var (status, said) = await ReadinessAsync(authority);
        Assert.Equal((HttpStatusCode.OK, "ready"), (status, (string?)said["status"]));
        Assert.Equal(["ca-intermediate", "log-audit", "log-certificates", "log-signatures", "tsa"], said["keys"]!.AsObject().Select(member => member.Key).Order());
        var certificate = await TestSigner.ReadLeafAsync(await signer.ExchangeAsync(authority.Issuer));

        // Once may be a store that throttles.
        _keys[key].Fault = fault;
        await UseAsync(authority, signer, key, certificate);
        (status, said) = await ReadinessAsync(authority);
        Assert.Equal((HttpStatusCode.OK, "degraded", word), (status, (string?)said["status"], (string?)said["keys"]![name]));
        Assert.All(said["keys"]!.AsObject().Where(member => member.Key != name), member => Assert.Equal("ready", (string?)member.Value));

        // Again and again, by requests or by its own trials.
        await PassAsync(time, async () => await ReadinessAsync(authority) is (HttpStatusCode.ServiceUnavailable, var body) && (string?)body["status"] == "not ready" && (string?)body["keys"]![name] == word);
        await PassAsync(time, () => Task.FromResult(log.Lines.Any(line => line.Contains($"The key {name} {word}", StringComparison.Ordinal))));

        _keys[key].Fault = KeyFault.None;
        await PassAsync(time, async () => (string?)(await ReadinessAsync(authority)).Body["status"] == "ready");
        await PassAsync(time, () => Task.FromResult(log.Lines.Any(line => line.Contains($"The key {name} signs again", StringComparison.Ordinal))));
        await authority.AssertCleanAsync();
    }

    [Fact]
    public async Task Readiness_tells_words_of_a_closed_set_and_nothing_that_a_key_store_said()
    {
        foreach (var fault in Faults)
        {
            _keys[AuthorityKey.CaIntermediate].Fault = fault;
            await RequireNoCertificateAsync();
            var said = (await ReadinessAsync(_authority)).Body;
            Assert.Contains((string?)said["keys"]!["ca-intermediate"], (string[])["does not sign", "signs wrongly"]);
            Assert.DoesNotContain("CKR_", said.ToJsonString(), StringComparison.Ordinal);
            await RequireWellAsync(AuthorityKey.CaIntermediate);
            Assert.Equal("ready", (string?)(await ReadinessAsync(_authority)).Body["keys"]!["ca-intermediate"]);
        }
    }

    private static Task PassAsync(FakeTimeProvider time, Func<Task<bool>> condition) => Eventually.TrueAsync(
        async () =>
        {
            if (await condition())
            {
                return true;
            }

            time.Advance(KeyWatch.Interval);
            return false;
        },
        () => "Waited in vain.");

    private static async Task<(HttpStatusCode Status, JsonObject Body)> ReadinessAsync(AuthorityInProcess authority)
    {
        using var answer = await authority.Client.GetAsync("/readyz", TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject());
    }

    /// <summary>One request that needs the key, and is refused.</summary>
    private static async Task UseAsync(AuthorityInProcess authority, TestSigner signer, AuthorityKey key, byte[] certificate)
    {
        using var content = new ByteArrayContent(TimestampRequest.ForSignature([1]).Encode());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-query");
        using var refused = key switch
        {
            AuthorityKey.Tsa => await authority.Client.PostAsync("/api/v1/timestamp", content, TestContext.Current.CancellationToken),
            AuthorityKey.LogSignatures => await signer.PostAsync("/api/v2/log/entries", TestSigner.Record(Evidence.Encoding.Sha256Digest.Of([1]).ToArray(), signer.Sign([1]), certificate)),
            _ => await signer.ExchangeAsync(authority.Issuer),
        };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
    }

    private async Task RequireNoCertificateAsync()
    {
        var before = _authority.CertificatesIssued();
        using var refused = await _signer.ExchangeAsync(_authority.Issuer);
        _ = await refused.FulcioErrorAsync(HttpStatusCode.ServiceUnavailable, 14, KeyUnavailableException.Code);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(before, _authority.CertificatesIssued());
    }

    private async Task RequireWellAsync(AuthorityKey key)
    {
        _keys[key].Fault = KeyFault.None;
        _authority.Verify(await _authority.SignAsync(_authority.Client));
        await _authority.AssertCleanAsync();
    }
}

using Microsoft.Extensions.Time.Testing;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Signing;

/// <summary>One certificate while it lives, another when it does not.</summary>
public sealed class SigningSessionTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(InMemorySigstore.Start.AddHours(1));
    private readonly SmallSigstore _sigstore;
    private readonly HttpClient _http;

    public SigningSessionTests()
    {
        _sigstore = new SmallSigstore(_time) { Token = () => TestTokens.Create(_time!.GetUtcNow().AddMinutes(5)) };
        _http = ServiceHttp.CreateClient(_sigstore);
    }

    [Fact]
    public async Task A_certificate_serves_until_it_is_near_its_end_and_then_a_fresh_token_gets_another()
    {
        using var session = await OpenAsync();
        await SignAsync(session, 3);
        _time.Advance(TimeSpan.FromMinutes(7));
        await SignAsync(session, 3);
        Assert.Equal(1, Certificates);
        _time.Advance(TimeSpan.FromMinutes(1.5));
        await SignAsync(session, 20);
        Assert.Equal(2, Certificates);
    }

    [Fact]
    public async Task A_wall_clock_that_is_wrong_does_not_make_a_fresh_certificate_old()
    {
        using var session = await OpenAsync(new WrongClock(_time));
        await SignAsync(session, 5);
        Assert.Equal(1, Certificates);
    }

    [Fact]
    public async Task A_certificate_that_ends_while_the_services_are_waited_for_is_replaced_and_the_signature_made_anew()
    {
        using var session = await OpenAsync();
        var slow = true;
        _sigstore.Instead = (path, _) =>
        {
            if (path == "/api/v1/timestamp" && slow)
            {
                slow = false;
                _time.Advance(TimeSpan.FromMinutes(11));
            }

            return null;
        };
        await SignAsync(session, 1);
        Assert.Equal(2, Certificates);
    }

    [Fact]
    public async Task A_renewed_certificate_of_another_identity_signs_nothing()
    {
        using var session = await OpenAsync();
        _sigstore.Identity = identity => identity with { RunUri = "https://github.com/octo/app/actions/runs/2/attempts/1" };
        _time.Advance(TimeSpan.FromMinutes(9));
        var refused = await Assert.ThrowsAsync<AgentException>(() => SignAsync(session, 1));
        Assert.Equal(AgentFault.AnswerForAnother, refused.Fault);
        Assert.Equal(0, _sigstore.Logged);
    }

    public void Dispose()
    {
        _http.Dispose();
        _sigstore.Dispose();
    }

    private int Certificates => _sigstore.Asked.Count(path => path == "/api/v2/signingCert");

    private Task<SigningSession> OpenAsync(TimeProvider? time = null) => SigningSession.OpenAsync(
        SigningServices.Select(_sigstore.Config, _sigstore.Root, TrustProfile.Sigstore, _time.GetUtcNow()),
        new ServiceClient(_http, TimeProvider.System, TimeSpan.FromMinutes(1)),
        _ => Task.FromResult(IdentityToken.Parse(_sigstore.Token())),
        time ?? _time,
        TestContext.Current.CancellationToken);

    private static Task<FinishedBundle[]> SignAsync(SigningSession session, int files) => Task.WhenAll(
        Enumerable.Range(0, files).Select(i => session.SignAsync(Sha256Digest.Of([(byte)i]), TestContext.Current.CancellationToken)));

    /// <summary>An hour ahead, and running as fast as every clock.</summary>
    private sealed class WrongClock(TimeProvider right) : TimeProvider
    {
        public override long TimestampFrequency => right.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => right.GetUtcNow().AddHours(1);

        public override long GetTimestamp() => right.GetTimestamp();
    }
}

using System.Net;
using Microsoft.Extensions.Time.Testing;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Services;
using SigningAction.Agent.Signing;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Signing;

/// <summary>What is signed as proof of possession is what the authority asks for.</summary>
public sealed class PossessionChallengeTests : IDisposable
{
    private const string Configuration = "/api/v2/configuration";
    private const string Subject = "repo:octo/app:ref:refs/heads/main";
    private const string Email = "ann@example.invalid";

    private readonly FakeTimeProvider _time = new(InMemorySigstore.Start.AddHours(1));
    private readonly SmallSigstore _sigstore;
    private readonly HttpClient _http;

    public PossessionChallengeTests()
    {
        _sigstore = new SmallSigstore(_time);
        _http = ServiceHttp.CreateClient(_sigstore);
    }

    public void Dispose()
    {
        _http.Dispose();
        _sigstore.Dispose();
    }

    [Theory]
    [InlineData("""{"issuers":[{"issuerUrl":"https://other.example","challengeClaim":"email"},{"issuerUrl":"https://token.example","challengeClaim":"sub","new":1}]}""", Subject)]
    [InlineData("""{"issuers":[{"issuerUrl":"https://token.example","challengeClaim":"email"}]}""", Email)]
    [InlineData("""{"issuers":[{"issuerUrl":"https://token.example","challengeClaim":"something"}]}""", Email)]
    [InlineData("""{"issuers":[{"issuerUrl":"https://other.example","challengeClaim":"sub"}]}""", Email)]
    [InlineData("""{"issuers":[null]}""", Email)]
    [InlineData("{}", Email)]
    [InlineData("[", Email)]
    public async Task The_claim_that_the_authority_names_for_the_issuer_is_signed_and_where_it_names_none_the_email(string configuration, string expected)
    {
        _sigstore.Instead = (path, _) => path == Configuration ? SmallSigstore.Answer(configuration) : null;
        Assert.Equal(expected, await ChallengeAsync(withEmail: true));
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task An_authority_that_does_not_say_is_asked_once_and_gets_the_email(HttpStatusCode status)
    {
        _sigstore.Instead = (path, _) => path == Configuration ? SmallSigstore.Answer("{}", status) : null;
        Assert.Equal(Email, await ChallengeAsync(withEmail: true));
        Assert.Single(_sigstore.Asked, Configuration);
    }

    [Fact]
    public async Task A_token_without_email_asks_nobody()
    {
        Assert.Equal(Subject, await ChallengeAsync(withEmail: false));
        Assert.Empty(_sigstore.Asked);
    }

    [Fact]
    public async Task A_token_with_an_email_gets_its_certificate_from_an_authority_that_wants_the_subject()
    {
        _sigstore.Instead = (path, _) => path == Configuration ? SmallSigstore.Answer("""{"issuers":[{"issuerUrl":"https://token.example","challengeClaim":"sub"}]}""") : null;
        using var key = new EphemeralKey();
        var certificate = await new FulcioClient(Client(), Address()).IssueAsync(key, Token(withEmail: true), TestContext.Current.CancellationToken);
        Assert.False(certificate.IsEmpty);
    }

    private Task<string> ChallengeAsync(bool withEmail) => new PossessionChallenge(Client(), Address()).OfAsync(Token(withEmail), TestContext.Current.CancellationToken);

    private ServiceClient Client() => new(_http, _time, TimeSpan.FromMinutes(1));

    private static ServiceAddress Address() => ServiceAddress.Parse("https://sign.example", "the authority");

    private static IdentityToken Token(bool withEmail) => IdentityToken.Parse(TestTokens.Create(subject: Subject, extra: withEmail ? $""","email":"{Email}" """ : ""));
}

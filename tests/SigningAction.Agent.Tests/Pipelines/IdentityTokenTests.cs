using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Tests.Fakes;
using SigningAction.Testing;

namespace SigningAction.Agent.Tests.Pipelines;

public class IdentityTokenTests
{
    [Fact]
    public void Possession_is_proven_for_the_subject_of_a_workflow_and_for_the_email_of_a_person()
    {
        Assert.Equal("repo:octo/app:ref:refs/heads/main", IdentityToken.Parse(TestTokens.Create()).Challenge);
        Assert.Equal("ann@example.invalid", IdentityToken.Parse(TestTokens.Create(extra: ""","email":"ann@example.invalid" """)).Challenge);
    }

    [Theory]
    [InlineData("not a token")]
    [InlineData("a.b")]
    [InlineData("a.b.c.d")]
    [InlineData("..")]
    [InlineData("eyJhIjoxfQ.eyJhIjoxfQ.c2ln\n")]
    [InlineData("eyJhIjoxfQ.W10.c2ln")]
    public void What_is_no_usable_JWT_is_refused_without_repeating_it(string text)
    {
        var refused = Assert.Throws<AgentException>(() => IdentityToken.Parse(text));
        Assert.Equal(AgentFault.TokenMalformed, refused.Fault);
        Assert.DoesNotContain(text.Trim(), refused.Message, StringComparison.Ordinal);
        Assert.Null(refused.InnerException);
    }

    [Theory]
    [InlineData("""{"sub":"s","exp":1}""")]
    [InlineData("""{"iss":"i","exp":1}""")]
    [InlineData("""{"iss":"i","sub":"s"}""")]
    [InlineData("""{"iss":"i","sub":"s","exp":"1"}""")]
    [InlineData("""{"iss":"i","sub":"s","exp":1e30}""")]
    [InlineData("""{"iss":"i","sub":"s","sub":"t","exp":1}""")]
    [InlineData("""{"iss":"i","sub":{},"exp":1}""")]
    public void Claims_that_are_missing_doubled_or_of_another_type_are_refused(string payload) =>
        Assert.Equal(AgentFault.TokenMalformed, Assert.Throws<AgentException>(() => IdentityToken.Parse(TestTokens.Of(payload))).Fault);

    [Fact]
    public void An_expired_token_is_refused_before_it_is_sent()
    {
        var now = TimeProvider.System.GetUtcNow();
        var token = IdentityToken.Parse(TestTokens.Create(now.AddSeconds(-1)));
        Assert.Equal(AgentFault.TokenExpired, Assert.Throws<AgentException>(() => token.RequireFresh(now)).Fault);
        token.RequireFresh(now.AddSeconds(-2));
    }

    [Fact]
    public void A_token_does_not_print_itself() => Assert.Equal("identity token", IdentityToken.Parse(TestTokens.Create()).ToString());
}

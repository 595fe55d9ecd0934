using SigningAction.Agent.Services;

namespace SigningAction.Agent.Tests.Services;

public class ServiceAddressTests
{
    [Theory]
    [InlineData("https://sign.example")]
    [InlineData("https://sign.example:8443/base/")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:1")]
    [InlineData("http://[::1]:1/x")]
    public void Https_and_this_machine_are_taken(string url) => Assert.Equal(new Uri(url), ServiceAddress.Parse(url, "the authority").Uri);

    [Theory]
    [InlineData("http://sign.example")]
    [InlineData("http://127.0.0.1.evil.example")]
    [InlineData("http://localhost.evil.example")]
    [InlineData("http://10.0.0.1")]
    [InlineData("https://user:pass@sign.example")]
    [InlineData("https://sign.example/#f")]
    [InlineData("ftp://sign.example")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/trusted_root.json")]
    [InlineData("")]
    public void Anything_a_token_could_leak_to_is_refused(string url) =>
        Assert.Equal(AgentFault.Usage, Assert.Throws<AgentException>(() => ServiceAddress.Parse(url, "the authority")).Fault);

    [Theory]
    [InlineData("https://a.example", "https://a.example/api/v2/x")]
    [InlineData("https://a.example/", "https://a.example/api/v2/x")]
    [InlineData("https://a.example/base", "https://a.example/base/api/v2/x")]
    [InlineData("https://a.example/base/", "https://a.example/base/api/v2/x")]
    public void A_path_is_put_after_the_base_with_or_without_its_slash(string url, string expected) =>
        Assert.Equal(new Uri(expected), ServiceAddress.Parse(url, "the authority").At("api/v2/x"));
}

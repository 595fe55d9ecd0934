using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using SigningAction.Authority.Exchange;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>The stand-in behaves as the platform does (reference 01), or the tests built on it would prove little.</summary>
public sealed class PipelineIssuerTests : IAsyncLifetime
{
    private ExchangeHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ExchangeHost.StartAsync();

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_job_gets_its_token_for_the_audience_that_it_asks_for()
    {
        using var response = await GetAsync(_host.Issuer.RequestUrl + "&audience=sigstore", _host.Issuer.RequestToken);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        var token = await _host.ValidateAsync(answer["value"]!.GetValue<string>());
        Assert.Equal("74", token.Identity.RepositoryId);
    }

    [Fact]
    public async Task Without_an_audience_the_token_is_for_the_owner_and_of_no_use_here()
    {
        using var response = await GetAsync(_host.Issuer.RequestUrl, _host.Issuer.RequestToken);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        await _host.AssertRefusedAsync(TokenRefusal.AudienceMismatch, answer["value"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Without_the_request_token_there_is_none(string? requestToken)
    {
        using var response = await GetAsync(_host.Issuer.RequestUrl + "&audience=sigstore", requestToken);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private async Task<HttpResponseMessage> GetAsync(string url, string? requestToken)
    {
        using var client = _host.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = requestToken is null ? null : new AuthenticationHeaderValue("Bearer", requestToken);
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using SigningAction.Authority.Exchange;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Certificates;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>Issuers that sign with ECDSA (RFC 7518, sections 3.4 and 6.2).</summary>
public sealed class EcdsaIssuerTests
{
    [Theory]
    [InlineData(256)]
    [InlineData(384)]
    public async Task A_token_of_an_issuer_that_signs_with_ECDSA_is_certified(int bits)
    {
        await using var authority = await StartAsync($"ES{bits}");
        var key = IssuerKey.OnCurve(Curve(bits));
        authority.Issuer.KeySet = set => set["keys"]!.AsArray().Add(key.ToJwk());
        using var answer = await ExchangeAsync(authority, authority.Issuer.IssueToken(key: key));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("74", SigningCertificate.Parse(await TestSigner.ReadLeafAsync(answer)).Identity!.RepositoryId);
    }

    [Theory]
    [InlineData("RS256", "ES256", "ALGORITHM_NOT_ALLOWED")] // what the configuration does not name
    [InlineData("ES256,ES384", "ES384", "UNKNOWN_KEY")] // a key of P-256 signs nothing else
    [InlineData("ES256,RS256", "RS256", "UNKNOWN_KEY")]
    [InlineData("ES256", "ES256K", "ALGORITHM_NOT_ALLOWED")]
    public async Task A_key_is_for_the_algorithm_of_its_curve_alone(string allowed, string claimed, string reason)
    {
        await using var authority = await StartAsync(allowed.Split(','));
        var key = IssuerKey.OnCurve(ECCurve.NamedCurves.nistP256);
        authority.Issuer.KeySet = set => set["keys"]!.AsArray().Add(key.ToJwk());
        using var answer = await ExchangeAsync(authority, authority.Issuer.IssueToken(header: header => header["alg"] = claimed, key: key));
        _ = await answer.FulcioErrorAsync(HttpStatusCode.BadRequest, 3, reason);
    }

    [Fact]
    public async Task A_signature_of_another_key_on_the_curve_is_refused()
    {
        await using var authority = await StartAsync("ES256");
        var (key, other) = (IssuerKey.OnCurve(ECCurve.NamedCurves.nistP256), IssuerKey.OnCurve(ECCurve.NamedCurves.nistP256));
        authority.Issuer.KeySet = set => set["keys"]!.AsArray().Add(key.ToJwk());
        using var answer = await ExchangeAsync(authority, authority.Issuer.IssueToken(header: header => header["kid"] = key.Id, key: other));
        _ = await answer.FulcioErrorAsync(HttpStatusCode.BadRequest, 3, "SIGNATURE_INVALID");
    }

    [Theory]
    [InlineData("x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] // off the curve
    [InlineData("x", "AQ")]
    [InlineData("y", "")]
    [InlineData("y", "not base64url!")]
    public async Task A_set_with_a_point_that_is_none_is_no_key_set(string member, string value)
    {
        await using var authority = await StartAsync("ES256");
        var key = IssuerKey.OnCurve(ECCurve.NamedCurves.nistP256);
        authority.Issuer.KeySet = set =>
        {
            var jwk = key.ToJwk();
            jwk[member] = value;
            set["keys"]!.AsArray().Add(jwk);
        };
        using var answer = await ExchangeAsync(authority, authority.Issuer.IssueToken(key: key));
        _ = await answer.FulcioErrorAsync(HttpStatusCode.ServiceUnavailable, 14, "KEY_SET_UNAVAILABLE");
    }

    [Theory]
    [InlineData("crv", "P-521")]
    [InlineData("crv", "secp256k1")]
    [InlineData("alg", "ES384")]
    [InlineData("alg", "ECDH-ES")]
    [InlineData("use", "enc")]
    public async Task A_key_of_another_curve_or_use_is_as_none(string member, string value)
    {
        await using var authority = await StartAsync("ES256");
        var key = IssuerKey.OnCurve(ECCurve.NamedCurves.nistP256);
        authority.Issuer.KeySet = set =>
        {
            var jwk = key.ToJwk();
            jwk[member] = value;
            set["keys"]!.AsArray().Add(jwk);
        };
        using var answer = await ExchangeAsync(authority, authority.Issuer.IssueToken(key: key));
        _ = await answer.FulcioErrorAsync(HttpStatusCode.BadRequest, 3, "UNKNOWN_KEY");
    }

    private static ECCurve Curve(int bits) => bits == 256 ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384;

    private static Task<AuthorityInProcess> StartAsync(params string[] algorithms) => AuthorityInProcess.StartAsync(new AuthorityInProcessOptions
    {
        Issuers = issuer => [new IssuerOptions { Url = issuer.Url, Kind = IssuerKind.GitHubActions, Algorithms = algorithms }],
    });

    private static async Task<HttpResponseMessage> ExchangeAsync(AuthorityInProcess authority, string token)
    {
        using var signer = new TestSigner(authority.Client);
        return await signer.ExchangeAsync(authority.Issuer, token);
    }
}

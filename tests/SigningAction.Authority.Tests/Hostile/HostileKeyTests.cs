using System.Net;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Authority.Issuance;
using SigningAction.Authority.Ledger;
using SigningAction.Authority.Tests.Hosting;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Testing;

namespace SigningAction.Authority.Tests.Hostile;

/// <summary>Keys that are not the caller's, requests that ask for more, keys that anybody can have (hostile cases T-21 to T-23).</summary>
public sealed class HostileKeyTests(HostileAuthority authority) : IClassFixture<HostileAuthority>
{
    private PipelineIssuer Issuer => authority.Issuer;

    private string Subject => (string)Issuer.Claims()["sub"]!;

    /// <summary>T-21.</summary>
    [Theory]
    [InlineData("other subject")]
    [InlineData("other key")]
    [InlineData("absent")]
    [InlineData("empty")]
    [InlineData("of the token")]
    public async Task T21_a_key_without_proof_of_possession_gets_nothing(string proof)
    {
        var token = Issuer.IssueToken();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var body = authority.Signer.WithPublicKey(proof == "other subject" ? "repo:octo-org/other:ref:refs/heads/main" : proof == "of the token" ? token : Subject, token);
        var request = body["publicKeyRequest"]!;
        switch (proof)
        {
            case "other key":
                request["publicKey"]!["content"] = other.ExportSubjectPublicKeyInfoPem();
                break;
            case "absent":
                _ = request.AsObject().Remove("proofOfPossession");
                break;
            case "empty":
                request["proofOfPossession"] = "";
                break;
        }

        var audit = await authority.AuditedAsync("PROOF_INVALID", () => authority.Signer.PostAsync(FulcioEndpoints.SigningCert, body));
        Assert.Equal("74", audit.Identity!.RepositoryId);
    }

    /// <summary>T-21: a request that its key did not sign.</summary>
    [Fact]
    public async Task T21_a_certificate_request_that_its_key_did_not_sign_gets_nothing()
    {
        var der = new CertificateRequest("", authority.Signer.Key, HashAlgorithmName.SHA256).CreateSigningRequest();
        der[^1] ^= 1;
        _ = await authority.AuditedAsync("PROOF_INVALID", () => SendAsync(der));
    }

    /// <summary>T-22: of a request the key counts and nothing else.</summary>
    [Fact]
    public async Task T22_names_and_rights_in_a_request_do_not_reach_the_certificate()
    {
        var request = new CertificateRequest("CN=evil, O=octo", authority.Signer.Key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("https://github.com/evil/evil/.github/workflows/x.yml@refs/heads/main"));
        request.CertificateExtensions.Add(names.Build(critical: true));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 9, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("2.5.29.37.0")], false));
        for (var i = 0; i < 100; i++)
        {
            request.CertificateExtensions.Add(new X509Extension($"1.3.6.1.4.1.57264.1.{100 + i}", [5, 0], false));
        }

        using var answer = await SendAsync(request.CreateSigningRequest());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var der = await TestSigner.ReadLeafAsync(answer);
        var leaf = SigningCertificate.Parse(der);
        Assert.Equal("https://github.com/octo-org/octo-repo/.github/workflows/release.yml@refs/heads/main", leaf.SubjectAlternativeName.Value);
        using var seen = X509CertificateLoader.LoadCertificate(der);
        Assert.Empty(seen.SubjectName.RawData[2..]);
        Assert.Equal("1.3.6.1.5.5.7.3.3", Assert.Single(seen.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>()).Value);
        Assert.DoesNotContain(seen.Extensions.OfType<X509BasicConstraintsExtension>(), constraints => constraints.CertificateAuthority);
        Assert.DoesNotContain(leaf.Extensions, extension => extension.Oid is "1.3.6.1.4.1.57264.1.100");
        var audit = (await authority.Authority.AuditAsync())[^1];
        Assert.Equal((AuditDecision.Allowed, Sha256Digest.Of(der).ToString(), leaf.SubjectAlternativeName.Value), (audit.Decision, audit.Certificate!.Sha256, audit.Identity!.SignerUri));
    }

    /// <summary>T-22.</summary>
    [Fact]
    public async Task T22_a_request_of_thousands_of_extensions_is_refused_unread()
    {
        _ = await authority.AuditedAsync("REQUEST_MALFORMED", () => SendAsync(WithExtensions(2_000)));
        var giant = WithExtensions(10_000);
        await authority.CountedAsync("BODY_TOO_LARGE", () => SendAsync(giant), HttpStatusCode.RequestEntityTooLarge);
    }

    /// <summary>T-23: keys whose private half follows from the public one, or is too cheap to find.</summary>
    [Theory]
    [InlineData("small factor")]
    [InlineData("close primes")]
    [InlineData("Infineon")]
    [InlineData("1024 bits")]
    [InlineData("exponent 3")]
    [InlineData("P-256 that RFC 6979 prints")]
    [InlineData("P-256 that RFC 7515 prints")]
    [InlineData("P-256 of the private key 1")]
    [InlineData("P-256 of the last private key")]
    [InlineData("P-384 of the private key 2")]
    [InlineData("P-521 of the private key 16")]
    [InlineData("secp256k1")]
    public async Task T23_a_weak_or_published_key_gets_no_certificate(string kind)
    {
        using var ec = kind switch
        {
            "P-256 that RFC 6979 prints" => OfScalar("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"),
            "P-256 that RFC 7515 prints" => OfScalar("8E9B109E719098BF980487DF1F5D77E9CB29606EBED2263B5F57C213DF84F4B2"),
            "P-256 of the private key 1" => OfScalar(new string('0', 63) + "1"),
            "P-256 of the last private key" => OfScalar("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550"),
            "P-384 of the private key 2" => OfScalar(new string('0', 95) + "2", ECCurve.NamedCurves.nistP384),
            "P-521 of the private key 16" => OfScalar(new string('0', 130) + "10", ECCurve.NamedCurves.nistP521),
            "secp256k1" => ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10")),
            _ => null,
        };
        var pem = ec?.ExportSubjectPublicKeyInfoPem() ?? RsaPem(kind);
        var token = Issuer.IssueToken();
        var body = authority.Signer.WithPublicKey(Subject, token);
        body["publicKeyRequest"]!["publicKey"]!["content"] = pem;
        if (ec is not null)
        {
            body["publicKeyRequest"]!["proofOfPossession"] =
                Convert.ToBase64String(ec.SignData(Encoding.UTF8.GetBytes(Subject), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        _ = await authority.AuditedAsync("KEY_INSECURE", () => authority.Signer.PostAsync(FulcioEndpoints.SigningCert, body));
    }

    /// <summary>T-23: of an RSA key nobody can tell how it was made, so only an administrator lets them in; weak ones not even then.</summary>
    [Fact]
    public async Task T23_an_RSA_key_gets_no_certificate_unless_the_configuration_says_so()
    {
        using var rsa = RSA.Create(2048);
        _ = await authority.AuditedAsync("KEY_INSECURE", () => authority.Signer.PostAsync(FulcioEndpoints.SigningCert, Body(authority.Signer, Issuer, rsa.ExportSubjectPublicKeyInfoPem(), rsa)));

        await using var open = await AuthorityInProcess.StartAsync(new AuthorityInProcessOptions { RsaKeys = true });
        using var signer = new TestSigner(open.Client);
        using var granted = await signer.PostAsync(FulcioEndpoints.SigningCert, Body(signer, open.Issuer, rsa.ExportSubjectPublicKeyInfoPem(), rsa));
        Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        foreach (var kind in new[] { "small factor", "close primes", "Infineon" })
        {
            using var refused = await signer.PostAsync(FulcioEndpoints.SigningCert, Body(signer, open.Issuer, RsaPem(kind), rsa));
            _ = await refused.FulcioErrorAsync(HttpStatusCode.BadRequest, 3, "KEY_INSECURE");
            Assert.Equal("KEY_INSECURE", (await open.AuditAsync())[^1].Reason);
        }

        static JsonObject Body(TestSigner signer, PipelineIssuer issuer, string pem, RSA key)
        {
            var subject = (string)issuer.Claims()["sub"]!;
            var body = signer.WithPublicKey(subject, issuer.IssueToken());
            body["publicKeyRequest"]!["publicKey"]!["content"] = pem;
            body["publicKeyRequest"]!["proofOfPossession"] = Convert.ToBase64String(key.SignData(Encoding.UTF8.GetBytes(subject), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            return body;
        }
    }

    private Task<HttpResponseMessage> SendAsync(byte[] der) => authority.Signer.PostAsync(FulcioEndpoints.SigningCert, new JsonObject
    {
        ["credentials"] = new JsonObject { ["oidcIdentityToken"] = Issuer.IssueToken() },
        ["certificateSigningRequest"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE REQUEST", der))),
    });

    private byte[] WithExtensions(int count)
    {
        var request = new CertificateRequest("", authority.Signer.Key, HashAlgorithmName.SHA256);
        for (var i = 0; i < count; i++)
        {
            request.CertificateExtensions.Add(new X509Extension($"1.3.6.1.4.1.57264.1.{100 + i}", [5, 0], false));
        }

        return request.CreateSigningRequest();
    }

    private static ECDsa OfScalar(string hex, ECCurve? curve = null) => ECDsa.Create(new ECParameters { Curve = curve ?? ECCurve.NamedCurves.nistP256, D = Convert.FromHexString(hex) });

    private static string RsaPem(string kind)
    {
        var p = NoSmallFactor((BigInteger.One << 1023) + (BigInteger.One << 1022) + 1);
        var m = Enumerable.Range(2, 166).Where(n => Enumerable.Range(2, n - 2).All(d => n % d != 0)).Aggregate(BigInteger.One, (product, prime) => product * prime);
        var modulus = kind switch
        {
            "small factor" => ((BigInteger.One << 2047) + 1) / 751 * 751 | 1,
            "Infineon" => (((BigInteger.One << 804) * m) + BigInteger.ModPow(65537, 1234, m)) * (((BigInteger.One << 805) * m) + BigInteger.ModPow(65537, 4321, m)),
            "1024 bits" => NoSmallFactor(BigInteger.One << 511) * NoSmallFactor((BigInteger.One << 512) + (BigInteger.One << 511)),
            "exponent 3" => p * NoSmallFactor(p + (BigInteger.One << 900)),
            _ => p * NoSmallFactor(p + 2),
        };
        using var rsa = RSA.Create(new RSAParameters { Modulus = modulus.ToByteArray(true, true), Exponent = kind == "exponent 3" ? [3] : [1, 0, 1] });
        return rsa.ExportSubjectPublicKeyInfoPem();
    }

    private static BigInteger NoSmallFactor(BigInteger n)
    {
        while (Enumerable.Range(2, 751).Any(d => n % d == 0))
        {
            n += 1;
        }

        return n;
    }
}

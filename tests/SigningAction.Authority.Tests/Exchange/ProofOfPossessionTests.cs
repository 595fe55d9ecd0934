using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;
using SigningAction.Authority.Exchange;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>Keys and proofs (hostile cases T-21 and T-23).</summary>
public sealed class ProofOfPossessionTests : IAsyncLifetime
{
    private ExchangeHost _host = null!;
    private VerifiedToken _token = null!;

    private byte[] Challenge => Encoding.UTF8.GetBytes(_token.Subject);

    public async ValueTask InitializeAsync()
    {
        _host = await ExchangeHost.StartAsync();
        _token = await _host.ValidateAsync(_host.Issuer.IssueToken());
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("nistP256", KeyAlgorithm.EcdsaP256)]
    [InlineData("nistP384", KeyAlgorithm.EcdsaP384)]
    [InlineData("nistP521", KeyAlgorithm.EcdsaP521)]
    public void An_ecdsa_key_proves_itself_with_the_hash_that_goes_with_it(string curve, KeyAlgorithm algorithm)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var hash = VerificationKey.Of(key).Hash;
        var proof = key.SignData(Challenge, hash, DSASignatureFormat.Rfc3279DerSequence);
        Assert.Equal(algorithm, ProofOfPossession.OfPublicKey(_token, key.ExportSubjectPublicKeyInfoPem(), proof).Algorithm);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData("true", false)]
    public async Task The_email_of_a_token_proves_possession_only_where_its_issuer_verified_it_and_sub_always(object verified, bool isTaken)
    {
        var token = await _host.ValidateAsync(_host.Issuer.IssueToken(claims => (claims["email"], claims["email_verified"]) = ("ann@example.invalid", System.Text.Json.Nodes.JsonValue.Create(verified))));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportSubjectPublicKeyInfoPem();
        byte[] Proof(string text) => key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        Assert.Equal(VerificationKey.Of(key), ProofOfPossession.OfPublicKey(token, pem, Proof(token.Subject)));
        if (isTaken)
        {
            Assert.Equal(VerificationKey.Of(key), ProofOfPossession.OfPublicKey(token, pem, Proof("ann@example.invalid")));
        }
        else
        {
            Assert.Equal(PossessionRefusal.ProofInvalid, Assert.Throws<PossessionRefusedException>(() => ProofOfPossession.OfPublicKey(token, pem, Proof("ann@example.invalid"))).Refusal);
        }

        // Another's address is nobody's claim.
        Assert.Throws<PossessionRefusedException>(() => ProofOfPossession.OfPublicKey(token, pem, Proof("bob@example.invalid")));
        Assert.DoesNotContain("ann@example.invalid", token.Identity.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_rsa_key_proves_itself_with_pkcs1()
    {
        using var key = RSA.Create(2048);
        var proof = key.SignData(Challenge, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.Equal(KeyAlgorithm.RsaPkcs1, ProofOfPossession.OfPublicKey(_token, key.ExportSubjectPublicKeyInfoPem(), proof).Algorithm);
        var pss = key.SignData(Challenge, HashAlgorithmName.SHA256, RSASignaturePadding.Pss);
        Refused(PossessionRefusal.ProofInvalid, key.ExportSubjectPublicKeyInfoPem(), pss);
    }

    [Fact]
    public void An_ed25519_key_proves_itself()
    {
        var key = new Ed25519PrivateKeyParameters(new SecureRandom());
        var signer = new Ed25519Signer();
        signer.Init(true, key);
        signer.BlockUpdate(Challenge, 0, Challenge.Length);
        var spki = SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(key.GeneratePublicKey()).GetDerEncoded();
        var pem = PemEncoding.WriteString("PUBLIC KEY", spki);
        Assert.Equal(KeyAlgorithm.Ed25519, ProofOfPossession.OfPublicKey(_token, pem, signer.GenerateSignature()).Algorithm);
    }

    [Fact]
    public void A_key_may_come_as_der_a_character_a_byte()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = Encoding.Latin1.GetString(key.ExportSubjectPublicKeyInfo());
        Assert.Equal(VerificationKey.Of(key), ProofOfPossession.OfPublicKey(_token, text, Sign(key, Challenge)));
    }

    [Fact]
    public void A_proof_by_another_key_or_over_another_subject_or_none_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportSubjectPublicKeyInfoPem();
        Refused(PossessionRefusal.ProofInvalid, pem, Sign(other, Challenge));
        Refused(PossessionRefusal.ProofInvalid, pem, Sign(key, Encoding.UTF8.GetBytes(_token.Subject + "x")));
        Refused(PossessionRefusal.ProofInvalid, pem, Sign(key, Encoding.Unicode.GetBytes(_token.Subject)));
        Refused(PossessionRefusal.ProofInvalid, pem, Sign(key, []));
        Refused(PossessionRefusal.ProofInvalid, pem, []);
        Refused(PossessionRefusal.ProofInvalid, pem, key.SignData(Challenge, HashAlgorithmName.SHA256));
        Refused(PossessionRefusal.ProofInvalid, pem, [.. Sign(key, Challenge), 0]);
        Refused(PossessionRefusal.ProofInvalid, pem, new byte[100_000]);
        Refused(PossessionRefusal.ProofInvalid, pem, key.SignData(Challenge, HashAlgorithmName.SHA384, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Theory]
    [InlineData("")]
    [InlineData("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE")]
    [InlineData("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n")]
    [InlineData("x\nPEM")]
    [InlineData("PEM\nx")]
    [InlineData("PEMPEM")]
    [InlineData("\u20ACPEM")]
    public void A_text_that_is_not_one_public_key_is_refused(string form)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = form.Replace("PEM", key.ExportSubjectPublicKeyInfoPem(), StringComparison.Ordinal);
        Refused(PossessionRefusal.KeyMalformed, text, Sign(key, Challenge));
    }

    [Fact]
    public void A_private_key_or_certificate_or_trailing_byte_or_giant_is_no_public_key()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var proof = Sign(key, Challenge);
        Refused(PossessionRefusal.KeyMalformed, key.ExportPkcs8PrivateKeyPem(), proof);
        Refused(PossessionRefusal.KeyMalformed, key.ExportSubjectPublicKeyInfoPem().Replace("PUBLIC KEY", "CERTIFICATE", StringComparison.Ordinal), proof);
        Refused(PossessionRefusal.KeyMalformed, PemEncoding.WriteString("PUBLIC KEY", [.. key.ExportSubjectPublicKeyInfo(), 0]), proof);
        Refused(PossessionRefusal.KeyMalformed, new string('A', 1_000_000), proof);
    }

    [Fact]
    public void A_key_of_a_small_size_or_another_curve_is_insecure()
    {
        using var small = RSA.Create(1024);
        Refused(PossessionRefusal.KeyInsecure, small.ExportSubjectPublicKeyInfoPem(), small.SignData(Challenge, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        using var other = ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1"));
        Refused(PossessionRefusal.KeyInsecure, other.ExportSubjectPublicKeyInfoPem(), Sign(other, Challenge));
    }

    private void Refused(PossessionRefusal reason, string key, byte[] proof) =>
        Assert.Equal(reason, Assert.Throws<PossessionRefusedException>(() => ProofOfPossession.OfPublicKey(_token, key, proof)).Refusal);

    private static byte[] Sign(ECDsa key, byte[] data) => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
}

using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SigningAction.Authority.Exchange;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Authority.Tests.Exchange;

/// <summary>Certificate requests (hostile case T-22).</summary>
public sealed class KeyRequestTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Of_a_request_the_key_counts_and_nothing_else()
    {
        var request = new CertificateRequest("CN=administrator, O=evil", _key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri("https://github.com/evil/evil"));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.8")], true));
        Assert.Equal(VerificationKey.Of(_key), ProofOfPossession.OfRequest(Encoding.ASCII.GetBytes(request.CreateSigningRequestPem())));
    }

    [Theory]
    [InlineData("nistP384", "SHA384", KeyAlgorithm.EcdsaP384)]
    [InlineData("nistP521", "SHA512", KeyAlgorithm.EcdsaP521)]
    public void A_request_of_another_curve_is_read_with_its_own_hash(string curve, string hash, KeyAlgorithm algorithm)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var request = new CertificateRequest("CN=x", key, new HashAlgorithmName(hash));
        Assert.Equal(algorithm, ProofOfPossession.OfRequest(Encoding.ASCII.GetBytes(request.CreateSigningRequestPem())).Algorithm);
    }

    [Fact]
    public void A_request_with_rsa_is_read()
    {
        using var key = RSA.Create(2048);
        var pkcs1 = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        Assert.Equal(KeyAlgorithm.RsaPkcs1, ProofOfPossession.OfRequest(Encoding.ASCII.GetBytes(pkcs1.CreateSigningRequestPem())).Algorithm);
    }

    [Fact]
    public void Another_hash_than_the_key_asks_for_is_refused()
    {
        Refused(PossessionRefusal.AlgorithmNotAllowed, Pem(HashAlgorithmName.SHA512));
        using var rsa = RSA.Create(2048);
        var sha512 = new CertificateRequest("CN=x", rsa, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1);
        Refused(PossessionRefusal.AlgorithmNotAllowed, sha512.CreateSigningRequestPem());
    }

    [Fact]
    public void A_request_beyond_the_cap_is_refused_unread()
    {
        var request = new CertificateRequest("CN=x", _key, HashAlgorithmName.SHA256);
        for (var i = 0; i < 10_000; i++)
        {
            request.CertificateExtensions.Add(new X509Extension($"1.2.3.{i}", [5, 0], false));
        }

        Refused(PossessionRefusal.RequestMalformed, request.CreateSigningRequestPem());
    }

    [Fact]
    public void A_request_that_its_key_did_not_sign_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var stolen = new CertificateRequest(new X500DistinguishedName("CN=x"), new PublicKey(other), HashAlgorithmName.SHA256)
            .CreateSigningRequest(X509SignatureGenerator.CreateForECDsa(_key));
        Refused(PossessionRefusal.ProofInvalid, PemEncoding.WriteString("CERTIFICATE REQUEST", stolen));
    }

    [Fact]
    public void No_changed_byte_of_a_request_goes_unnoticed()
    {
        var der = new CertificateRequest("CN=x", _key, HashAlgorithmName.SHA256).CreateSigningRequest();
        for (var i = 0; i < der.Length; i++)
        {
            var changed = (byte[])der.Clone();
            changed[i] ^= 0x41;
            _ = Assert.Throws<PossessionRefusedException>(
                () => ProofOfPossession.OfRequest(Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE REQUEST", changed))));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n")]
    [InlineData("PEMPEM")]
    [InlineData("é PEM")]
    public void What_is_not_one_request_is_refused(string form) =>
        Refused(PossessionRefusal.RequestMalformed, form.Replace("PEM", Pem(HashAlgorithmName.SHA256), StringComparison.Ordinal));

    [Fact]
    public void A_request_of_another_version_or_label_or_with_trailing_bytes_is_refused()
    {
        var pem = Pem(HashAlgorithmName.SHA256);
        var der = new CertificateRequest("CN=x", _key, HashAlgorithmName.SHA256).CreateSigningRequest();
        Refused(PossessionRefusal.RequestMalformed, pem.Replace("CERTIFICATE REQUEST", "CERTIFICATE", StringComparison.Ordinal));
        Refused(PossessionRefusal.RequestMalformed, PemEncoding.WriteString("CERTIFICATE REQUEST", [.. der, 0]));
        Refused(PossessionRefusal.RequestMalformed, PemEncoding.WriteString("CERTIFICATE REQUEST", Version2()));
    }

    private byte[] Version2()
    {
        var info = new AsnWriter(AsnEncodingRules.DER);
        using (info.PushSequence())
        {
            info.WriteInteger(1);
            using (info.PushSequence())
            {
            }

            info.WriteEncodedValue(_key.ExportSubjectPublicKeyInfo());
        }

        var signature = _key.SignData(info.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        var request = new AsnWriter(AsnEncodingRules.DER);
        using (request.PushSequence())
        {
            request.WriteEncodedValue(info.Encode());
            using (request.PushSequence())
            {
                request.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            }

            request.WriteBitString(signature);
        }

        return request.Encode();
    }

    private string Pem(HashAlgorithmName hash) => new CertificateRequest("CN=x", _key, hash).CreateSigningRequestPem();

    private static void Refused(PossessionRefusal reason, string pem) =>
        Assert.Equal(reason, Assert.Throws<PossessionRefusedException>(() => ProofOfPossession.OfRequest(Encoding.UTF8.GetBytes(pem))).Refusal);
}

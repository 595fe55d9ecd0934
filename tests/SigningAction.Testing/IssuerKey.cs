using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SigningAction.Testing;

/// <summary>An RSA-2048 key, or one on a curve, of a <see cref="PipelineIssuer"/> under its <c>kid</c>.</summary>
public sealed class IssuerKey
{
    // Shared by all issuers of the process: making one takes a tenth of a second, and no test is about keeping it.
    private static readonly Lazy<RSA>[] Pool = [.. Enumerable.Range(0, 4).Select(_ => new Lazy<RSA>(() => RSA.Create(2048)))];

    private readonly int _index;

    private readonly ECDsa? _ec;

    private IssuerKey(int index, string id, ECDsa? ec = null)
    {
        _index = index % Pool.Length;
        Id = id;
        _ec = ec;
    }

    private RSA Rsa => Pool[_index].Value;

    /// <summary>Its <c>kid</c>.</summary>
    public string Id { get; }

    /// <summary>DER SubjectPublicKeyInfo, which the HS256 confusion uses as a secret.</summary>
    public byte[] Spki => Rsa.ExportSubjectPublicKeyInfo();

    /// <summary>PEM of the same.</summary>
    public string Pem => Rsa.ExportSubjectPublicKeyInfoPem();

    /// <summary>The first key of an issuer.</summary>
    public static IssuerKey Create() => new(0, Guid.NewGuid().ToString("N"));

    /// <summary>A key on P-256 (ES256) or P-384 (ES384).</summary>
    public static IssuerKey OnCurve(ECCurve curve) => new(0, Guid.NewGuid().ToString("N"), ECDsa.Create(curve));

    /// <summary>The JOSE algorithm that it signs with.</summary>
    public string Algorithm => _ec is null ? "RS256" : $"ES{_ec.KeySize}";

    /// <summary>Another key under another <c>kid</c>, as an issuer rotates to.</summary>
    public IssuerKey Next() => new(_index + 1, Guid.NewGuid().ToString("N"));

    /// <summary>Another key under the same <c>kid</c>, as a forger has.</summary>
    public IssuerKey Forger() => new(_index + 2, Id);

    /// <summary>PKCS#1 v1.5 over SHA-256 (RS256), or r and s (RFC 7518, section 3.4).</summary>
    public byte[] Sign(string signingInput)
    {
        var input = Encoding.ASCII.GetBytes(signingInput);
        return _ec is null
            ? Rsa.SignData(input, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : _ec.SignData(input, _ec.KeySize == 256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>The key as its issuer publishes it (RFC 7517).</summary>
    public JsonObject ToJwk()
    {
        var jwk = new JsonObject { ["kty"] = _ec is null ? "RSA" : "EC", ["alg"] = Algorithm, ["use"] = "sig", ["kid"] = Id };
        if (_ec is not null)
        {
            var point = _ec.ExportParameters(false).Q;
            (jwk["crv"], jwk["x"], jwk["y"]) = ($"P-{_ec.KeySize}", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
            return jwk;
        }

        var key = Rsa.ExportParameters(false);
        (jwk["n"], jwk["e"]) = (Base64Url.EncodeToString(key.Modulus), Base64Url.EncodeToString(key.Exponent));
        return jwk;
    }
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SigningAction.Testing;

/// <summary>An RSA-2048 key of a <see cref="PipelineIssuer"/> under its <c>kid</c>.</summary>
public sealed class IssuerKey
{
    // Shared by all issuers of the process: making one takes a tenth of a second, and no test is about keeping it.
    private static readonly Lazy<RSA>[] Pool = [.. Enumerable.Range(0, 4).Select(_ => new Lazy<RSA>(() => RSA.Create(2048)))];

    private readonly int _index;

    private IssuerKey(int index, string id)
    {
        _index = index % Pool.Length;
        Id = id;
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

    /// <summary>Another key under another <c>kid</c>, as an issuer rotates to.</summary>
    public IssuerKey Next() => new(_index + 1, Guid.NewGuid().ToString("N"));

    /// <summary>Another key under the same <c>kid</c>, as a forger has.</summary>
    public IssuerKey Forger() => new(_index + 2, Id);

    /// <summary>PKCS#1 v1.5 over SHA-256 (RS256).</summary>
    public byte[] Sign(string signingInput) =>
        Rsa.SignData(Encoding.ASCII.GetBytes(signingInput), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>The key as its issuer publishes it (RFC 7517).</summary>
    public JsonObject ToJwk()
    {
        var key = Rsa.ExportParameters(false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["alg"] = "RS256",
            ["use"] = "sig",
            ["kid"] = Id,
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
        };
    }
}

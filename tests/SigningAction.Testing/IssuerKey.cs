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

    private static int _next;

    private readonly RSA _rsa;

    private IssuerKey(RSA rsa, string id)
    {
        _rsa = rsa;
        Id = id;
    }

    /// <summary>Its <c>kid</c>.</summary>
    public string Id { get; }

    /// <summary>DER SubjectPublicKeyInfo, which the HS256 confusion uses as a secret.</summary>
    public byte[] Spki => _rsa.ExportSubjectPublicKeyInfo();

    /// <summary>PEM of the same.</summary>
    public string Pem => _rsa.ExportSubjectPublicKeyInfoPem();

    /// <summary>A key that differs from the ones made right before it.</summary>
    public static IssuerKey Create(string? id = null) =>
        new(Pool[(Interlocked.Increment(ref _next) & int.MaxValue) % Pool.Length].Value, id ?? Guid.NewGuid().ToString("N"));

    /// <summary>The same key under another <c>kid</c>.</summary>
    public IssuerKey Rename(string id) => new(_rsa, id);

    /// <summary>PKCS#1 v1.5 over SHA-256 (RS256).</summary>
    public byte[] Sign(string signingInput) =>
        _rsa.SignData(Encoding.ASCII.GetBytes(signingInput), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    /// <summary>The key as its issuer publishes it (RFC 7517).</summary>
    public JsonObject ToJwk()
    {
        var key = _rsa.ExportParameters(false);
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

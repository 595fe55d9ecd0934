using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Trust;

namespace SigningAction.Testing;

/// <summary>A certificate log that promises final certificates, so that its promise lies beside them and not inside.</summary>
public sealed class InMemoryCertificateLog : IDisposable
{
    private readonly ECDsa _key = InMemorySigstore.NewKey();

    /// <summary>The serialized form of RFC 6962, section 3.2, made by hand: entry type x509_entry over the final certificate.</summary>
    public byte[] Promise(ReadOnlySpan<byte> certificate)
    {
        byte[] time = [.. BitConverter.GetBytes(InMemorySigstore.Now.ToUnixTimeMilliseconds()).Reverse()];
        byte[] length = [0, (byte)(certificate.Length >> 8), (byte)(certificate.Length & 0xff)];
        var signature = _key.SignData([0, 0, .. time, 0, 0, .. length, .. certificate, 0, 0], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return [0, .. VerificationKey.Of(_key).Id.Span, .. time, 0, 0, 4, 3, 0, (byte)signature.Length, .. signature];
    }

    /// <summary>The same as the log's answer to add-chain (RFC 6962, section 4.1).</summary>
    public string Answer(ReadOnlySpan<byte> certificate)
    {
        var promise = Promise(certificate);
        return new JsonObject
        {
            ["sct_version"] = 0,
            ["id"] = Convert.ToBase64String(promise.AsSpan(1, 32)),
            ["timestamp"] = InMemorySigstore.Now.ToUnixTimeMilliseconds(),
            ["extensions"] = string.Empty,
            ["signature"] = Convert.ToBase64String(promise.AsSpan(43)),
        }.ToJsonString();
    }

    /// <summary>A trusted root that lists this log too.</summary>
    public TrustedRoot In(TrustedRoot root)
    {
        var log = VerificationKey.Of(_key);
        var json = JsonNode.Parse(root.ToJson())!;
        var logs = (json["ctlogs"] as JsonArray)?.DeepClone().AsArray() ?? [];
        logs.Add(new JsonObject
        {
            ["baseUrl"] = "https://second.example/ct",
            ["hashAlgorithm"] = "SHA2_256",
            ["publicKey"] = new JsonObject
            {
                ["rawBytes"] = Convert.ToBase64String(log.Spki.Span),
                ["keyDetails"] = log.Details,
                ["validFor"] = new JsonObject { ["start"] = "2026-01-01T00:00:00Z" },
            },
            ["logId"] = new JsonObject { ["keyId"] = Convert.ToBase64String(log.Id.Span) },
        });
        json["ctlogs"] = logs;
        return TrustedRoot.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    /// <summary>A certificate that this log promises inside, as an embedded promise is made.</summary>
    public byte[] Issue(InMemorySigstore instance, ECDsa key) => instance.Issue(key, certificateLogKey: _key);

    public void Dispose() => _key.Dispose();
}

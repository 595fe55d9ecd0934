using System.Text.Json;
using SigningAction.Evidence.Certificates;

namespace SigningAction.Evidence.Tests.Certificates;

/// <summary>Certificates of the public instances, out of the conformance cases beside the repository.</summary>
internal static class SharedCertificates
{
    private static readonly string[] Suite = ["conformance", "suite", "test", "assets", "bundle-verify"];

    public static IEnumerable<byte[]> Leaves() =>
        SharedMaterial.Files("bundle.sigstore.json", Suite).Select(LeafOf).OfType<byte[]>().DistinctBy(Convert.ToHexString);

    public static byte[] Leaf(string folder) => LeafOf(Path.Combine([SharedMaterial.Folder(Suite), folder, "bundle.sigstore.json"]))!;

    public static byte[] Signature(string folder)
    {
        using var bundle = Open(folder, "bundle.sigstore.json");
        var root = bundle.RootElement;
        var text = root.TryGetProperty("messageSignature", out var message)
            ? message.GetProperty("signature")
            : root.GetProperty("dsseEnvelope").GetProperty("signatures")[0].GetProperty("sig");
        return text.GetBytesFromBase64();
    }

    public static byte[] Timestamp(string folder)
    {
        using var bundle = Open(folder, "bundle.sigstore.json");
        return bundle.RootElement.GetProperty("verificationMaterial").GetProperty("timestampVerificationData")
            .GetProperty("rfc3161Timestamps")[0].GetProperty("signedTimestamp").GetBytesFromBase64();
    }

    public static IReadOnlyList<ReadOnlyMemory<byte>> Authorities(string folder, string kind)
    {
        using var trust = Open(folder, "trusted_root.json");
        return Certificates(trust.RootElement.GetProperty(kind)[0]);
    }

    /// <summary>The certificate authorities of the public-good instance.</summary>
    public static IReadOnlyList<CertificateChain> PublicGood()
    {
        using var trust = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedMaterial.Folder("conformance"), "public_good_trusted_root.json")));
        return [.. trust.RootElement.GetProperty("certificateAuthorities").EnumerateArray().Select(a => CertificateChain.Parse(Certificates(a)))];
    }

    public static IReadOnlyList<VerificationKey> LogKeys(string folder)
    {
        using var trust = Open(folder, "trusted_root.json");
        return [.. trust.RootElement.GetProperty("ctlogs").EnumerateArray()
            .Select(l => l.GetProperty("publicKey"))
            .Select(k => k.GetProperty("keyDetails").GetString() == "PKCS1_RSA_PKCS1V5"
                ? VerificationKey.ParsePkcs1(k.GetProperty("rawBytes").GetBytesFromBase64())
                : VerificationKey.Parse(k.GetProperty("rawBytes").GetBytesFromBase64()))];
    }

    private static List<ReadOnlyMemory<byte>> Certificates(JsonElement authority) =>
        [.. authority.GetProperty("certChain").GetProperty("certificates").EnumerateArray()
            .Select(c => (ReadOnlyMemory<byte>)c.GetProperty("rawBytes").GetBytesFromBase64())];

    private static JsonDocument Open(string folder, string file) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine([SharedMaterial.Folder(Suite), folder, file])));

    private static byte[]? LeafOf(string file)
    {
        using var bundle = JsonDocument.Parse(File.ReadAllBytes(file));
        var material = bundle.RootElement.GetProperty("verificationMaterial");
        if (material.TryGetProperty("certificate", out var certificate))
        {
            return certificate.GetProperty("rawBytes").GetBytesFromBase64();
        }

        return material.TryGetProperty("x509CertificateChain", out var chain)
            && chain.TryGetProperty("certificates", out var list) && list.GetArrayLength() > 0
            ? list[0].GetProperty("rawBytes").GetBytesFromBase64()
            : null;
    }
}

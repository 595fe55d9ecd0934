using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;
using SigningAction.Verifier.Sources;

namespace SigningAction.Verifier.Trust;

/// <summary>Tells the other files of an instance, which lie beside a trusted root and are easily taken for it, from a trusted root that is broken.</summary>
internal static class MistakenRoot
{
    /// <summary>What the file is instead, and what to do; null where that is not plain.</summary>
    public static Problem? Of(string path, ReadOnlyMemory<byte> utf8)
    {
        var (what, remedy) = Kind(utf8);
        return what is null ? null : new Problem(
            ExitCode.NotChecked,
            FailureCodes.Text(FailureCode.TrustedRootMalformed),
            $"{PrintableText.Neutralise(InputFile.Name(path))} is {what}, not a trusted root.",
            remedy!);
    }

    private static (string? What, string? Remedy) Kind(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8.Span, new JsonReaderOptions { MaxDepth = Limits.JsonDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            var file = document.RootElement;
            return MediaType(file) switch
            {
                { } type when type.StartsWith("application/vnd.dev.sigstore.clienttrustconfig", StringComparison.Ordinal) => (
                    "a client trust config",
                    "Take the trusted root out of it (jq .trustedRoot FILE > trusted_root.json), or give the trusted_root.json that signing-authority trust --out DIRECTORY writes."),
                { } type when type.StartsWith("application/vnd.dev.sigstore.signingconfig", StringComparison.Ordinal) => (
                    "a signing config, which says where to sign", "Give the trusted_root.json of the same instance; it lies beside the signing config."),
                { } type when type.StartsWith("application/vnd.dev.sigstore.bundle", StringComparison.Ordinal) => (
                    "a bundle, which is what is to be proven", "Give the bundle with --bundle, and with --trusted-root the trusted root of the instance that signed it."),
                null when file.ValueKind == JsonValueKind.Object && file.TryGetProperty("signed", out _) && file.TryGetProperty("signatures", out _) => (
                    "metadata of a TUF repository", "Give the first root.json with --tuf-root, beside --tuf-url, or the trusted_root.json that the repository serves."),
                _ => (null, null),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return (null, null);
        }
    }

    private static string? MediaType(JsonElement file) =>
        file.ValueKind == JsonValueKind.Object && file.TryGetProperty("mediaType", out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null;
}

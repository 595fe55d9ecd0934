using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SigningAction.Authority.Issuance;

// The answers of fulcio.proto, member for member.

internal sealed record ChainJson(IReadOnlyList<string> Certificates);

internal sealed record EmbeddedSctJson(ChainJson Chain);

internal sealed record SigningCertificateJson(EmbeddedSctJson SignedCertificateEmbeddedSct);

internal sealed record TrustBundleJson(IReadOnlyList<ChainJson> Chains);

internal sealed record IssuerJson(string IssuerUrl, string Audience, string ChallengeClaim, string SpiffeTrustDomain, string IssuerType, string SubjectDomain);

internal sealed record ConfigurationJson(IReadOnlyList<IssuerJson> Issuers);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SigningCertificateJson))]
[JsonSerializable(typeof(TrustBundleJson))]
[JsonSerializable(typeof(ConfigurationJson))]
internal sealed partial class FulcioJson : JsonSerializerContext
{
    /// <summary>PEM keeps its plus signs: the answer is no HTML.</summary>
    [field: AllowNull]
    public static FulcioJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

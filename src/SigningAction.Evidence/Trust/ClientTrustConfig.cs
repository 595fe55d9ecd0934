using System.Text.Json;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust;

/// <summary>Trusted root and signing config of one instance in one file (<c>ClientTrustConfig</c> of sigstore_trustroot.proto).</summary>
/// <param name="TrustedRoot">What to trust.</param>
/// <param name="SigningConfig">What to use.</param>
public sealed record ClientTrustConfig(TrustedRoot TrustedRoot, SigningConfig SigningConfig)
{
    /// <summary>The media type that is read and written.</summary>
    public const string MediaType = "application/vnd.dev.sigstore.clienttrustconfig.v0.1+json";

    /// <summary>Reads both; neither may be missing.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TrustedRootMalformed"/> or <see cref="FailureCode.SigningConfigMalformed"/>.</exception>
    public static ClientTrustConfig Parse(ReadOnlySpan<byte> utf8)
    {
        var json = Trust.TrustedRoot.Deserialize(utf8, TrustJsonContext.Default.ClientTrustConfigJson, FailureCode.TrustedRootMalformed, "client trust config");
        return json is { MediaType: MediaType, TrustedRoot: { } root, SigningConfig: { } config }
            ? new ClientTrustConfig(Trust.TrustedRoot.FromJson(root), Trust.SigningConfig.FromJson(config))
            : throw new EvidenceException(FailureCode.TrustedRootMalformed, "The client trust config lacks its media type, trusted root or signing config.");
    }

    /// <summary>Both as indented JSON, UTF-8.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new ClientTrustConfigJson { MediaType = MediaType, TrustedRoot = TrustedRoot.Json, SigningConfig = SigningConfig.Json },
        Trust.TrustedRoot.ReadableJson.ClientTrustConfigJson);
}

using System.Globalization;
using System.Security.Cryptography;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Transparency;

/// <summary>The inclusion promise of Rekor v1: the log's signature over entry, index and time. The only thing that makes its time one to believe.</summary>
internal static class SignedEntryTimestamp
{
    /// <summary>What is signed: RFC 8785 JSON, written by hand because base64, hexadecimal digits and numbers need no escaping.</summary>
    public static byte[] SignedBytes(LogEntry entry) => System.Text.Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"body":"{{StrictBase64.Encode(entry.CanonicalizedBody.Span)}}","integratedTime":{{entry.IntegratedTime}},"logID":"{{Convert.ToHexStringLower(entry.LogId.Span)}}","logIndex":{{entry.LogIndex}}}"""));

    /// <summary>Whether the log with this key made the promise for this entry. The hash is SHA-256 whatever the curve, as Rekor v1 signs.</summary>
    public static bool Verify(LogEntry entry, VerificationKey logKey) => logKey.Algorithm == KeyAlgorithm.Ed25519
        ? logKey.Verify(SignedBytes(entry), entry.InclusionPromise.Span)
        : logKey.Verify(SignedBytes(entry), entry.InclusionPromise.Span, HashAlgorithmName.SHA256);
}

using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Trust;

/// <summary>A log that a trusted root vouches for.</summary>
/// <param name="BaseUrl">Where it is; its host name is the origin of a Rekor v2 log.</param>
/// <param name="Key">Its public key.</param>
/// <param name="LogId">32 bytes by which entries name it.</param>
/// <param name="ValidFor">When it may vouch for entries.</param>
/// <param name="Operator">Who runs it; null where the root does not say. Thresholds count operators once.</param>
public sealed record TransparencyLog(string BaseUrl, VerificationKey Key, Sha256Digest LogId, Validity ValidFor, string? Operator = null);

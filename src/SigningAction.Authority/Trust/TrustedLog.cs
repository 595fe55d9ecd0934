using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Trust;

namespace SigningAction.Authority.Trust;

/// <summary>A log as trust files name it.</summary>
/// <param name="Url">Base URL, without a trailing slash.</param>
/// <param name="Key">Its public key.</param>
/// <param name="ValidFor">When it may vouch for entries.</param>
/// <param name="Frozen">When it took its last entry; null while it is open.</param>
public sealed record TrustedLog(string Url, VerificationKey Key, Validity ValidFor, DateTimeOffset? Frozen);

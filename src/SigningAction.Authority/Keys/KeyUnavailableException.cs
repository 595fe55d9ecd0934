using System.Security.Cryptography;

namespace SigningAction.Authority.Keys;

/// <summary>
/// A private key did not sign, or signed something that its public key does not verify: a key store that timed out, throttles, lost its session or holds another key.
/// Nothing was handed out or written. Trying the same again is safe.
/// </summary>
public sealed class KeyUnavailableException(AuthorityKey key, string how, Exception? inner = null)
    : CryptographicException($"The key {key} {how}", inner)
{
    /// <summary>Stable reason in answers and in the audit.</summary>
    public const string Code = "KEY_UNAVAILABLE";

    /// <summary>Which key.</summary>
    public AuthorityKey Key { get; } = key;
}

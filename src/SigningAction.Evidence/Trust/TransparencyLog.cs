using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Trust;

/// <summary>A log that a trusted root vouches for.</summary>
public sealed class TransparencyLog
{
    /// <summary>A log, with its origin taken from its URL.</summary>
    /// <param name="baseUrl">Absolute http(s) URL.</param>
    /// <param name="key">Public key.</param>
    /// <param name="logId">32 bytes by which entries name it.</param>
    /// <param name="validFor">When it may vouch for entries.</param>
    /// <param name="operator">Who runs it.</param>
    /// <exception cref="Verification.EvidenceException">The key signs no notes, or the URL's host is no key name.</exception>
    internal TransparencyLog(Uri baseUrl, VerificationKey key, Sha256Digest logId, Validity validFor, string? @operator)
    {
        BaseUrl = baseUrl.OriginalString;
        Origin = baseUrl.IdnHost;
        Key = key;
        LogId = logId;
        ValidFor = validFor;
        Operator = @operator;
    }

    /// <summary>Where it is.</summary>
    public string BaseUrl { get; }

    /// <summary>Name of a Rekor v2 log in its checkpoints: the host of its URL, without port and path (sigstore-go compares just that).</summary>
    public string Origin { get; }

    /// <summary>Its public key.</summary>
    public VerificationKey Key { get; }

    /// <summary>The id by which entries (or signed certificate timestamps) name it.</summary>
    public Sha256Digest LogId { get; }

    /// <summary>When it may vouch for entries; both ends inclusive.</summary>
    public Validity ValidFor { get; }

    /// <summary>Who runs it; null where the root does not say. Thresholds count operators once.</summary>
    public string? Operator { get; }

    /// <summary>The key of its checkpoints.</summary>
    /// <exception cref="Verification.EvidenceException"><see cref="Verification.FailureCode.KeyUnsupported"/> for a key that signs no notes.</exception>
    internal NoteKey NoteKey => field ??= NoteKey.ForLog(Origin, Key);
}

using System.Text.Json;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Trust.Tuf;

/// <summary>Who signs metadata of one kind, and how many of them must.</summary>
internal sealed class TufRole
{
    private readonly string _name;
    private readonly Dictionary<string, TufKey> _keys;
    private readonly int _threshold;

    private TufRole(string name, Dictionary<string, TufKey> keys, int threshold)
    {
        _name = name;
        _keys = keys;
        _threshold = threshold;
    }

    /// <summary>Reads a role of a root. Keys that are not accepted are left out: fewer can sign, never more.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TufMalformed"/>.</exception>
    public static TufRole Read(JsonElement roles, string name, IReadOnlyDictionary<string, TufKey?> keys)
    {
        var json = TufJson.Member(roles, name, JsonValueKind.Object);
        var found = new Dictionary<string, TufKey>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in TufJson.Member(json, "keyids", JsonValueKind.Array).EnumerateArray())
        {
            var id = item.ValueKind == JsonValueKind.String ? item.GetString()! : throw TufJson.Malformed("a key id is no text");
            if (!seen.Add(id))
            {
                throw TufJson.Malformed($"role {name} lists a key id twice");
            }

            if (!keys.TryGetValue(id, out var key))
            {
                throw TufJson.Malformed($"role {name} names a key that is not there");
            }

            if (key is not null)
            {
                found.Add(id, key);
            }
        }

        // A threshold of zero would be met by nobody's signature (CVE-2026-23992).
        return new TufRole(name, found, TufJson.Number(json, "threshold", least: 1));
    }

    /// <summary>Requires signatures by as many different keys as the threshold says.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TufSignature"/>.</exception>
    public void Require(TufEnvelope envelope)
    {
        var signers = Signers(envelope);
        if (signers < _threshold)
        {
            throw new EvidenceException(
                FailureCode.TufSignature, $"The TUF {envelope.Role} (version {envelope.Version}) is signed by {signers} of the {_threshold} keys of {_name} that it needs.");
        }
    }

    /// <summary>Whether <see cref="Require"/> would pass.</summary>
    public bool Signed(TufEnvelope envelope) => Signers(envelope) >= _threshold;

    /// <summary>Whether both name the same keys and threshold.</summary>
    public bool SameAs(TufRole other) => _threshold == other._threshold && Materials().SetEquals(other.Materials());

    private HashSet<Sha256Digest> Materials() => [.. _keys.Values.Select(key => key.Material)];

    private int Signers(TufEnvelope envelope) => envelope.Signatures
        .Where(signature => _keys.TryGetValue(signature.Key, out var key) && key.Verify(envelope.SignedBytes, signature.Value))
        .Select(signature => _keys[signature.Key].Material)
        .Distinct()
        .Count();
}

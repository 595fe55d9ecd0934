using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Ledger;

/// <summary>
/// The keys that were certified last, parsed. Whoever gets a certificate logs a signature with it seconds later, and importing its key again costs two
/// verifications. Only keys of certificates that were issued here come in, so strangers cannot push them out; the oldest go first. Safe for concurrent use.
/// </summary>
public sealed class CertifiedKeys
{
    /// <summary>Keys kept, some 3 KiB each: what is certified in two seconds at the highest rate, and in the ten minutes of a certificate at six a second.</summary>
    public const int Capacity = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<Sha256Digest, VerificationKey> _keys = [];
    private readonly Queue<Sha256Digest> _order = [];

    /// <summary>Keeps a key.</summary>
    public void Keep(VerificationKey key)
    {
        lock (_gate)
        {
            if (!_keys.TryAdd(key.Id, key))
            {
                return;
            }

            _order.Enqueue(key.Id);
            if (_order.Count > Capacity)
            {
                _keys.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>The certificate's key: the kept one when its SubjectPublicKeyInfo is the same byte by byte, else parsed.</summary>
    /// <exception cref="Evidence.Verification.EvidenceException">The key is not accepted.</exception>
    public VerificationKey Of(Certificate certificate)
    {
        var id = Sha256Digest.Of(certificate.Spki.Span);
        VerificationKey? kept;
        lock (_gate)
        {
            kept = _keys.GetValueOrDefault(id);
        }

        return kept is not null && kept.Spki.Span.SequenceEqual(certificate.Spki.Span) ? kept : certificate.Key;
    }
}

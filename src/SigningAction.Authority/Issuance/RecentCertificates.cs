using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Issuance;

/// <summary>
/// The certificates issued last, by token and key: who lost our answer and asks again gets the same one, and so does who asks twice at once. Only while half of its life
/// is left: a certificate that is about to end is no answer. It remembers in memory, and the oldest go first: after that, and after a restart, the same request gets
/// another certificate for the same key, which says the same. Safe for concurrent use.
/// </summary>
public sealed class RecentCertificates(TimeProvider time)
{
    /// <summary>Certificates kept, some 3 KiB each: a retry comes within seconds, and this is what is issued in two at the highest rate.</summary>
    public const int Capacity = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<(Sha256Digest Token, Sha256Digest Key), Lazy<Task<IssuedCertificate>>> _issued = [];
    private readonly Queue<((Sha256Digest, Sha256Digest) Request, Lazy<Task<IssuedCertificate>> Issued)> _order = [];

    /// <summary>The certificate of this request, if it was made a moment ago, is being made, or when it is made now. A failure is not kept.</summary>
    /// <param name="token">Digest of the token.</param>
    /// <param name="key">SHA-256 of the public key to be certified.</param>
    /// <param name="issue">Makes one. It must not depend on one caller's patience: another may wait for it.</param>
    /// <returns>The certificate, and whether it was made for an earlier request.</returns>
    public async Task<(IssuedCertificate Certificate, bool IsRepeat)> GetAsync(Sha256Digest token, Sha256Digest key, Func<Task<IssuedCertificate>> issue)
    {
        // Made outside the lock, by whoever comes first.
        Lazy<Task<IssuedCertificate>> issued;
        bool isRepeat;
        lock (_gate)
        {
            isRepeat = _issued.TryGetValue((token, key), out var known) && IsGood(known);
            issued = isRepeat ? known! : Add((token, key), new Lazy<Task<IssuedCertificate>>(issue));
        }

        return (await issued.Value, isRepeat);
    }

    private Lazy<Task<IssuedCertificate>> Add((Sha256Digest, Sha256Digest) request, Lazy<Task<IssuedCertificate>> issued)
    {
        _issued[request] = issued;
        _order.Enqueue((request, issued));
        if (_order.Count > Capacity && _order.Dequeue() is var oldest && _issued.TryGetValue(oldest.Request, out var now) && now == oldest.Issued)
        {
            _issued.Remove(oldest.Request);
        }

        return issued;
    }

    private bool IsGood(Lazy<Task<IssuedCertificate>> issued) =>
        !issued.IsValueCreated
        || !issued.Value.IsCompleted
        || (issued.Value.IsCompletedSuccessfully && issued.Value.Result.Record is var certificate
            && time.GetUtcNow() < certificate.NotBefore + ((certificate.NotAfter - certificate.NotBefore) / 2));
}

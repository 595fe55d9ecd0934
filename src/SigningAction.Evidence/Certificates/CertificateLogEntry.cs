using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// One precertificate in a certificate log of C2SP static-ct-api. The tree hashes <see cref="MerkleTreeLeaf"/> (RFC 6962, section 3.4);
/// the data tile holds <see cref="TileLeaf"/>, which besides has the precertificate and the hashes of its issuers.
/// </summary>
public sealed class CertificateLogEntry
{
    private readonly byte[] _tbs;
    private readonly byte[] _precertificate;

    /// <summary>An entry for a precertificate.</summary>
    /// <param name="time">The time in its signed certificate timestamp; rounded down to the millisecond.</param>
    /// <param name="leafIndex">Its index in the log, below 2^40.</param>
    /// <param name="issuerKeyId">SHA-256 of the issuing authority's SubjectPublicKeyInfo.</param>
    /// <param name="precertificateTbs">TBSCertificate without poison and timestamps.</param>
    /// <param name="precertificate">The signed precertificate, with its poison.</param>
    /// <param name="issuers">SHA-256 of the DER of each issuer, the issuing one first and the root last; served under <c>/issuer/</c>.</param>
    public CertificateLogEntry(
        DateTimeOffset time,
        long leafIndex,
        Sha256Digest issuerKeyId,
        ReadOnlySpan<byte> precertificateTbs,
        ReadOnlySpan<byte> precertificate,
        IReadOnlyList<Sha256Digest> issuers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(leafIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(leafIndex, CtExtensions.LargestIndex);
        Time = DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
        LeafIndex = leafIndex;
        IssuerKeyId = issuerKeyId;
        _tbs = precertificateTbs.ToArray();
        _precertificate = precertificate.ToArray();
        Issuers = issuers;
    }

    /// <summary>When the log took it in, to the millisecond.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Its index in the log.</summary>
    public long LeafIndex { get; }

    /// <summary>SHA-256 of the issuing authority's SubjectPublicKeyInfo.</summary>
    public Sha256Digest IssuerKeyId { get; }

    /// <summary>TBSCertificate without poison and timestamps.</summary>
    public ReadOnlyMemory<byte> PrecertificateTbs => _tbs;

    /// <summary>The signed precertificate, with its poison.</summary>
    public ReadOnlyMemory<byte> Precertificate => _precertificate;

    /// <summary>SHA-256 of the DER of each issuer, the issuing one first.</summary>
    public IReadOnlyList<Sha256Digest> Issuers { get; }

    /// <summary>Bytes of the MerkleTreeLeaf: what the leaf hash is made over (after its 0x00).</summary>
    public byte[] MerkleTreeLeaf() =>
        TimestampedEntry.WithVersionAndType(Time, IssuerKeyId, _tbs, CtExtensions.OfLeafIndex(LeafIndex));

    /// <summary>Bytes of the TileLeaf: one entry of a data tile.</summary>
    public byte[] TileLeaf()
    {
        var extensions = CtExtensions.OfLeafIndex(LeafIndex);
        var size = TimestampedEntry.Size(_tbs, extensions) + 3 + _precertificate.Length + 2 + (Issuers.Count * Sha256Digest.Size);
        var writer = TimestampedEntry.Write(new TlsWriter(size), Time, IssuerKeyId, _tbs, extensions)
            .Vector24(_precertificate)
            .UInt16(Issuers.Count * Sha256Digest.Size);
        foreach (var issuer in Issuers)
        {
            writer.Bytes(issuer.Span);
        }

        return writer.ToArray();
    }

    /// <summary>Parses one TileLeaf and nothing after it.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.LogEntryMalformed"/> or <see cref="FailureCode.LogEntryUnsupported"/>.</exception>
    public static CertificateLogEntry Parse(ReadOnlySpan<byte> tileLeaf)
    {
        var reader = new TlsReader(tileLeaf, FailureCode.LogEntryMalformed);
        var entry = Read(ref reader);
        reader.End();
        return entry;
    }

    /// <summary>Parses a whole or partial data tile: one to 256 entries.</summary>
    /// <exception cref="EvidenceException">As <see cref="Parse"/>, and <see cref="FailureCode.TooMany"/>.</exception>
    public static IReadOnlyList<CertificateLogEntry> ParseTile(ReadOnlySpan<byte> tile)
    {
        var reader = new TlsReader(tile, FailureCode.LogEntryMalformed);
        var entries = new List<CertificateLogEntry>();
        do
        {
            entries.Add(Read(ref reader));
            if (entries.Count > Limits.TileWidth)
            {
                throw new EvidenceException(FailureCode.TooMany, $"A data tile has more than {Limits.TileWidth} entries.");
            }
        }
        while (!reader.IsEmpty);

        return entries;
    }

    private static CertificateLogEntry Read(ref TlsReader reader)
    {
        if (!TimestampedEntry.TryReadTime(reader.UInt64(), out var time))
        {
            throw Malformed("has a time after the year 9999");
        }

        if (reader.UInt16() != TimestampedEntry.PrecertEntry)
        {
            throw new EvidenceException(FailureCode.LogEntryUnsupported, "A certificate log entry is no precertificate.");
        }

        var issuerKeyId = Sha256Digest.From(reader.Bytes(Sha256Digest.Size));
        var tbs = reader.Vector24();
        if (!CtExtensions.TryReadLeafIndex(reader.Vector16(), out var index))
        {
            throw Malformed("has no leaf index");
        }

        var precertificate = reader.Vector24();
        var fingerprints = reader.Vector16();
        if (tbs.IsEmpty || precertificate.IsEmpty || fingerprints.Length % Sha256Digest.Size != 0)
        {
            throw Malformed("is empty, or has an issuer hash cut short");
        }

        var issuers = new Sha256Digest[fingerprints.Length / Sha256Digest.Size];
        for (var i = 0; i < issuers.Length; i++)
        {
            issuers[i] = Sha256Digest.From(fingerprints.Slice(i * Sha256Digest.Size, Sha256Digest.Size));
        }

        return new CertificateLogEntry(time, index, issuerKeyId, tbs, precertificate, issuers);
    }

    private static EvidenceException Malformed(string fault) =>
        new(FailureCode.LogEntryMalformed, $"A certificate log entry {fault}.");
}

using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// RFC 6962, section 3.4: the TimestampedEntry of a precertificate. Both a MerkleTreeLeaf (version v1, leaf type 0) and the signed data of a
/// timestamp (version v1, signature type 0) are two zero bytes and then this, so one writer serves both.
/// </summary>
internal static class TimestampedEntry
{
    /// <summary>LogEntryType x509_entry.</summary>
    public const int X509Entry = 0;

    /// <summary>LogEntryType precert_entry.</summary>
    public const int PrecertEntry = 1;

    /// <summary>Bytes of <see cref="Write"/>.</summary>
    public static int Size(ReadOnlySpan<byte> precertificateTbs, ReadOnlySpan<byte> extensions) =>
        8 + 2 + Sha256Digest.Size + 3 + precertificateTbs.Length + 2 + extensions.Length;

    /// <summary>Appends timestamp, entry type, PreCert and extensions.</summary>
    public static TlsWriter Write(
        TlsWriter writer, DateTimeOffset time, in Sha256Digest issuerKeyId, ReadOnlySpan<byte> precertificateTbs, ReadOnlySpan<byte> extensions) =>
        writer.UInt64((ulong)time.ToUnixTimeMilliseconds())
            .UInt16(PrecertEntry)
            .Bytes(issuerKeyId.Span)
            .Vector24(precertificateTbs)
            .Vector16(extensions);

    /// <summary>Two zero bytes and the entry: the leaf of the tree, and what the log signs.</summary>
    public static byte[] WithVersionAndType(
        DateTimeOffset time, in Sha256Digest issuerKeyId, ReadOnlySpan<byte> precertificateTbs, ReadOnlySpan<byte> extensions) =>
        Write(new TlsWriter(2 + Size(precertificateTbs, extensions)).UInt16(0), time, issuerKeyId, precertificateTbs, extensions).ToArray();

    /// <summary>What a log signs for a final certificate (entry type x509_entry): the certificate instead of issuer and TBSCertificate.</summary>
    public static byte[] OfCertificate(DateTimeOffset time, ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> extensions) =>
        new TlsWriter(2 + 8 + 2 + 3 + certificate.Length + 2 + extensions.Length).UInt16(0)
            .UInt64((ulong)time.ToUnixTimeMilliseconds())
            .UInt16(X509Entry)
            .Vector24(certificate)
            .Vector16(extensions)
            .ToArray();

    /// <summary>Milliseconds since 1970 as a time; false beyond the year 9999.</summary>
    public static bool TryReadTime(ulong milliseconds, out DateTimeOffset time)
    {
        var fits = milliseconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        time = fits ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : default;
        return fits;
    }
}

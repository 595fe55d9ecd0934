using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Trust;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// A log's promise that it holds a certificate (RFC 6962, section 3.2, version 1), as embedded in a leaf.
/// A log of C2SP static-ct-api says in it under which index.
/// </summary>
public sealed class SignedCertificateTimestamp
{
    private const byte Version1 = 0;
    private const byte HashSha256 = 4;
    private const byte SignatureRsa = 1;
    private const byte SignatureEcdsa = 3;

    private readonly byte[] _extensions;
    private readonly byte[] _signature;
    private readonly byte _signatureAlgorithm;

    private SignedCertificateTimestamp(Sha256Digest logId, DateTimeOffset time, byte[] extensions, byte signatureAlgorithm, byte[] signature)
    {
        LogId = logId;
        Time = time;
        _extensions = extensions;
        _signatureAlgorithm = signatureAlgorithm;
        _signature = signature;
    }

    /// <summary>SHA-256 of the log's SubjectPublicKeyInfo.</summary>
    public Sha256Digest LogId { get; }

    /// <summary>When the log took the certificate in, to the millisecond.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The extensions field, opaque in RFC 6962.</summary>
    public ReadOnlyMemory<byte> Extensions => _extensions;

    /// <summary>The log's signature without its TLS header.</summary>
    public ReadOnlyMemory<byte> Signature => _signature;

    /// <summary>Index of the entry in the log, when the log is one of static-ct-api; otherwise null.</summary>
    public long? LeafIndex => CtExtensions.TryReadLeafIndex(_extensions, out var index) ? index : null;

    /// <summary>Signs for the certificate log.</summary>
    /// <param name="logKey">The log's ECDSA P-256 key.</param>
    /// <param name="logId">SHA-256 of that key's SubjectPublicKeyInfo, kept by the caller because exporting a key is slow.</param>
    /// <param name="issuerKeyId">SHA-256 of the issuing authority's SubjectPublicKeyInfo.</param>
    /// <param name="precertificateTbs">TBSCertificate without poison and timestamps.</param>
    /// <param name="time">Rounded down to the millisecond.</param>
    /// <param name="leafIndex">Index that the entry gets, below 2^40.</param>
    public static SignedCertificateTimestamp Sign(
        ECDsa logKey, in Sha256Digest logId, in Sha256Digest issuerKeyId, ReadOnlySpan<byte> precertificateTbs, DateTimeOffset time, long leafIndex)
    {
        var stamped = DateTimeOffset.FromUnixTimeMilliseconds(time.ToUnixTimeMilliseconds());
        var extensions = CtExtensions.OfLeafIndex(leafIndex);
        var data = TimestampedEntry.WithVersionAndType(stamped, issuerKeyId, precertificateTbs, extensions);
        var signature = logKey.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return new SignedCertificateTimestamp(logId, stamped, extensions, SignatureEcdsa, signature);
    }

    /// <summary>Parses the value of the certificate extension: a DER OCTET STRING that holds a SignedCertificateTimestampList.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SctMalformed"/> or <see cref="FailureCode.TooMany"/>.</exception>
    public static IReadOnlyList<SignedCertificateTimestamp> ParseExtension(ReadOnlyMemory<byte> value)
    {
        try
        {
            var reader = new AsnReader(value, AsnEncodingRules.DER);
            var list = reader.ReadOctetString();
            reader.ThrowIfNotEmpty();
            return ParseList(list);
        }
        catch (AsnContentException e)
        {
            throw new EvidenceException(FailureCode.SctMalformed, "A list of signed certificate timestamps is no OCTET STRING.", e);
        }
    }

    /// <summary>Parses a SignedCertificateTimestampList (RFC 6962, section 3.3): at least one, of version 1.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SctMalformed"/> or <see cref="FailureCode.TooMany"/>.</exception>
    public static IReadOnlyList<SignedCertificateTimestamp> ParseList(ReadOnlySpan<byte> list)
    {
        var outer = new TlsReader(list, FailureCode.SctMalformed);
        var entries = new TlsReader(outer.Vector16(), FailureCode.SctMalformed);
        outer.End();
        var scts = new List<SignedCertificateTimestamp>();
        do
        {
            scts.Add(Parse(entries.Vector16()));
            if (scts.Count > Limits.Scts)
            {
                throw new EvidenceException(FailureCode.TooMany, $"A certificate has more than {Limits.Scts} signed certificate timestamps.");
            }
        }
        while (!entries.IsEmpty);

        return scts;
    }

    /// <summary>Parses one serialized timestamp and nothing after it.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SctMalformed"/>.</exception>
    public static SignedCertificateTimestamp Parse(ReadOnlySpan<byte> serialized)
    {
        var reader = new TlsReader(serialized, FailureCode.SctMalformed);
        if (reader.Byte() != Version1)
        {
            throw Malformed("is not of version 1");
        }

        var logId = Sha256Digest.From(reader.Bytes(Sha256Digest.Size));
        if (!TimestampedEntry.TryReadTime(reader.UInt64(), out var time))
        {
            throw Malformed("has a time after the year 9999");
        }

        var extensions = reader.Vector16().ToArray();
        var hash = reader.Byte();
        var algorithm = reader.Byte();
        if (hash != HashSha256 || algorithm is not (SignatureEcdsa or SignatureRsa))
        {
            throw Malformed("is signed with an algorithm that RFC 6962 does not allow");
        }

        var signature = reader.Vector16().ToArray();
        reader.End();
        return new SignedCertificateTimestamp(logId, time, extensions, algorithm, signature);
    }

    /// <summary>Parses a log's answer to add-chain (JSON, RFC 6962, section 4.1): how a timestamp is handed on that is not embedded.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.SctMalformed"/>.</exception>
    public static SignedCertificateTimestamp ParseAnswer(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Limits.DetachedSctBytes)
        {
            throw Malformed($"has over {Limits.DetachedSctBytes} bytes");
        }

        return TrustedRoot.Deserialize(utf8, AddChainJsonContext.Default.AddChainJson, FailureCode.SctMalformed, "certificate log's answer")
            is { SctVersion: Version1, Id: { Length: Sha256Digest.Size } id, Timestamp: { } time, Extensions: { } extensions, Signature: { } signature }
                ? Parse(new TlsWriter().Byte(Version1).Bytes(id).UInt64(time).Vector16(extensions).Bytes(signature).ToArray())
                : throw Malformed("is no whole answer of version 1");
    }

    /// <summary>The serialized form, without a length before it.</summary>
    public byte[] Encode() => new TlsWriter()
        .Byte(Version1)
        .Bytes(LogId.Span)
        .UInt64((ulong)Time.ToUnixTimeMilliseconds())
        .Vector16(_extensions)
        .Byte(HashSha256)
        .Byte(_signatureAlgorithm)
        .Vector16(_signature)
        .ToArray();

    /// <summary>A SignedCertificateTimestampList in the DER OCTET STRING that is the certificate extension's value.</summary>
    public static byte[] EncodeExtension(IReadOnlyList<SignedCertificateTimestamp> scts)
    {
        var list = new TlsWriter();
        foreach (var sct in scts)
        {
            list.Vector16(sct.Encode());
        }

        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(new TlsWriter().Vector16(list.ToArray()).ToArray());
        return writer.Encode();
    }

    /// <summary>What the log signed for a precertificate (RFC 6962, section 3.2).</summary>
    /// <param name="issuerKeyId">SHA-256 of the SubjectPublicKeyInfo of the certificate that issued the leaf.</param>
    /// <param name="precertificateTbs">TBSCertificate without poison and timestamps.</param>
    public byte[] SignedData(in Sha256Digest issuerKeyId, ReadOnlySpan<byte> precertificateTbs) =>
        TimestampedEntry.WithVersionAndType(Time, issuerKeyId, precertificateTbs, _extensions);

    /// <summary>Whether the log with this key made the timestamp for this precertificate. The hash is SHA-256 whatever the curve (RFC 6962, section 2.1.4).</summary>
    public bool Verify(VerificationKey logKey, in Sha256Digest issuerKeyId, ReadOnlySpan<byte> precertificateTbs) =>
        Verify(logKey, SignedData(issuerKeyId, precertificateTbs));

    /// <summary>Whether the log with this key made the timestamp for this final certificate: the form of one that is not embedded.</summary>
    public bool VerifyDetached(VerificationKey logKey, ReadOnlySpan<byte> certificate) =>
        Verify(logKey, TimestampedEntry.OfCertificate(Time, certificate, _extensions));

    private bool Verify(VerificationKey logKey, byte[] signed)
    {
        var fits = _signatureAlgorithm == SignatureRsa
            ? logKey.Algorithm == KeyAlgorithm.RsaPkcs1
            : logKey.Algorithm is KeyAlgorithm.EcdsaP256 or KeyAlgorithm.EcdsaP384 or KeyAlgorithm.EcdsaP521;
        return fits && logKey.Id == LogId && logKey.Verify(signed, _signature, HashAlgorithmName.SHA256);
    }

    private static EvidenceException Malformed(string fault) =>
        new(FailureCode.SctMalformed, $"A signed certificate timestamp {fault}.");
}

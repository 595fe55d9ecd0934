using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Timestamps;

/// <summary>
/// A time-stamp token: CMS SignedData around a TSTInfo (RFC 5652, RFC 3161), parsed strictly. Nothing in it is proven:
/// only <see cref="TimestampVerifier"/> makes a time out of it.
/// </summary>
public sealed class TimestampToken
{
    private readonly TimestampInfo _info;

    private TimestampToken(ReadOnlyMemory<byte> content, TimestampInfo info, IReadOnlyList<ReadOnlyMemory<byte>> certificates, SignerInfo signer)
    {
        Content = content;
        _info = info;
        Certificates = certificates;
        Signer = signer;
    }

    /// <summary>genTime: when the authority says that it stamped.</summary>
    public DateTimeOffset ClaimedTime => _info.Time;

    /// <summary>The hash of <see cref="Digest"/>.</summary>
    public HashAlgorithmName Hash => _info.Hash;

    /// <summary>What was stamped.</summary>
    public ReadOnlyMemory<byte> Digest => _info.Digest;

    /// <summary>Dotted identifier of the policy.</summary>
    public string Policy => _info.Policy;

    /// <summary>Serial number, big-endian two's complement as in the INTEGER.</summary>
    public ReadOnlyMemory<byte> Serial => _info.Serial;

    /// <summary>The request's nonce as INTEGER content; empty when it had none.</summary>
    public ReadOnlyMemory<byte> Nonce => _info.Nonce;

    /// <summary>DER of the certificates that came along: strangers until one of them is found to lead to a trusted anchor.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates { get; }

    /// <summary>DER of the TSTInfo.</summary>
    internal ReadOnlyMemory<byte> Content { get; }

    /// <summary>Who signed, and what.</summary>
    internal SignerInfo Signer { get; }

    /// <summary>Parses a whole TimeStampResp, as bundles store it; one that grants nothing is no timestamp.</summary>
    /// <param name="response">DER; copied.</param>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TimestampMalformed"/>, <see cref="FailureCode.TooLarge"/> or <see cref="FailureCode.TooMany"/>.</exception>
    public static TimestampToken Parse(ReadOnlyMemory<byte> response)
    {
        var parsed = TimestampResponse.Parse(response);
        if (!parsed.IsGranted)
        {
            throw Malformed($"was refused with status {parsed.Status}");
        }

        try
        {
            return Read(parsed.Token);
        }
        catch (AsnContentException e)
        {
            throw new EvidenceException(FailureCode.TimestampMalformed, "A timestamp token is not strict DER of RFC 5652 and RFC 3161.", e);
        }
    }

    /// <summary>Whether this token answers a request: the same digest and nonce, and the policy that was asked for.</summary>
    public bool Answers(TimestampRequest request) =>
        Hash == request.Hash && Digest.Span.SequenceEqual(request.Digest.Span) && Nonce.Span.SequenceEqual(request.Nonce.Span)
        && (request.Policy is null || request.Policy == Policy);

    private static TimestampToken Read(ReadOnlyMemory<byte> token)
    {
        var contentInfo = Der.ReadWholeSequence(token);
        if (contentInfo.ReadObjectIdentifier() != Oids.SignedData)
        {
            throw Malformed("is no signed data");
        }

        var wrapper = contentInfo.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        contentInfo.ThrowIfNotEmpty();
        var signedData = wrapper.ReadSequence();
        wrapper.ThrowIfNotEmpty();

        // RFC 5652, section 5.1: version 3, because the content is not id-data.
        if (!signedData.TryReadInt32(out var version) || version != 3)
        {
            throw Malformed("is not of version 3");
        }

        var hashes = signedData.ReadSetOf();
        var hash = HashAlgorithms.Read(hashes);
        hashes.ThrowIfNotEmpty();
        var content = ReadContent(signedData.ReadSequence());
        List<ReadOnlyMemory<byte>> certificates = signedData.NextIs(0) ? ReadCertificates(signedData) : [];
        if (signedData.NextIs(1))
        {
            throw Malformed("carries revocation lists");
        }

        var signers = signedData.ReadSetOf();
        signedData.ThrowIfNotEmpty();
        var signer = SignerInfo.Read(signers);
        if (hash != signer.Hash)
        {
            throw Malformed("announces another hash than its signer uses");
        }

        return signers.HasData
            ? throw Malformed("has more than one signer") // RFC 3161, section 2.4.2
            : new TimestampToken(content, TimestampInfo.Parse(content), certificates, signer);
    }

    private static byte[] ReadContent(AsnReader encapsulated)
    {
        if (encapsulated.ReadObjectIdentifier() != Oids.TstInfo)
        {
            throw Malformed("signs something else than a timestamp");
        }

        var wrapper = encapsulated.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        encapsulated.ThrowIfNotEmpty();
        var content = wrapper.ReadOctetString();
        wrapper.ThrowIfNotEmpty();
        return content;
    }

    private static List<ReadOnlyMemory<byte>> ReadCertificates(AsnReader signedData)
    {
        // Order is not checked: the set is not signed, and authorities write it in the order of the chain.
        var set = signedData.ReadSetOf(skipSortOrderValidation: true, new Asn1Tag(TagClass.ContextSpecific, 0));
        var certificates = new List<ReadOnlyMemory<byte>>();
        while (set.HasData)
        {
            if (!set.NextIs(UniversalTagNumber.Sequence))
            {
                throw Malformed("carries something else than a certificate");
            }

            certificates.Add(set.ReadEncodedValue());
            if (certificates.Count > Limits.TimestampCertificates)
            {
                throw new EvidenceException(FailureCode.TooMany, $"A timestamp carries more than {Limits.TimestampCertificates} certificates.");
            }
        }

        return certificates;
    }

    private static EvidenceException Malformed(string fault) =>
        new(FailureCode.TimestampMalformed, $"A timestamp token {fault}.");
}

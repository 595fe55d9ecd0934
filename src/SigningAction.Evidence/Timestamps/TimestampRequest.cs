using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Security.Cryptography;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Timestamps;

/// <summary>A TimeStampReq (RFC 3161, section 2.4.1) of version 1 without extensions.</summary>
public sealed class TimestampRequest
{
    private readonly byte[] _digest;
    private readonly byte[] _nonce;

    /// <summary>A request for a stamp on a digest.</summary>
    /// <param name="hash">SHA-256, SHA-384 or SHA-512.</param>
    /// <param name="digest">The digest that is stamped, of that hash's length.</param>
    /// <param name="nonce">
    /// INTEGER content, big-endian two's complement, minimal; empty for none. <see cref="CreateNonce"/> makes one. A fresh answer must repeat it.
    /// </param>
    /// <param name="requestCertificate">Whether the answer shall carry the authority's certificate.</param>
    /// <param name="policy">Dotted identifier of the policy that is asked for, or null for the authority's own.</param>
    public TimestampRequest(
        HashAlgorithmName hash, ReadOnlySpan<byte> digest, ReadOnlySpan<byte> nonce, bool requestCertificate, string? policy = null)
    {
        if (HashAlgorithms.Size(hash) is var size && (size == 0 || size != digest.Length))
        {
            throw new ArgumentException($"A digest of {digest.Length} bytes is none of {hash}.", nameof(digest));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(nonce.Length, Limits.TimestampNonceOctets);
        Hash = hash;
        _digest = digest.ToArray();
        _nonce = nonce.ToArray();
        RequestCertificate = requestCertificate;
        Policy = policy;
    }

    /// <summary>The hash that made <see cref="Digest"/>.</summary>
    public HashAlgorithmName Hash { get; }

    /// <summary>What is stamped.</summary>
    public ReadOnlyMemory<byte> Digest => _digest;

    /// <summary>INTEGER content of the nonce; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Nonce => _nonce;

    /// <summary>Whether the answer shall carry the authority's certificate.</summary>
    public bool RequestCertificate { get; }

    /// <summary>Dotted identifier of the policy that is asked for, or null.</summary>
    public string? Policy { get; }

    /// <summary>A request for a stamp over a signature: SHA-256, a random 64-bit nonce, with certificate.</summary>
    /// <param name="signature">The raw signature bytes, never their base64.</param>
    public static TimestampRequest ForSignature(ReadOnlySpan<byte> signature) =>
        new(HashAlgorithmName.SHA256, SHA256.HashData(signature), CreateNonce(), requestCertificate: true);

    /// <summary>Eight random octets that are a positive, minimal INTEGER.</summary>
    public static byte[] CreateNonce()
    {
        var nonce = RandomNumberGenerator.GetBytes(8);
        nonce[0] = (byte)((nonce[0] & 0x3f) | 0x40);
        return nonce;
    }

    /// <summary>DER.</summary>
    public byte[] Encode()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            using (writer.PushSequence())
            {
                HashAlgorithms.Write(writer, Hash);
                writer.WriteOctetString(_digest);
            }

            if (Policy is not null)
            {
                writer.WriteObjectIdentifier(Policy);
            }

            if (_nonce.Length > 0)
            {
                writer.WriteInteger(_nonce);
            }

            if (RequestCertificate)
            {
                writer.WriteBoolean(true);
            }
        }

        return writer.Encode();
    }

    /// <summary>Parses a request as an authority gets it from anybody.</summary>
    /// <param name="der">DER and nothing after it; copied.</param>
    /// <param name="request">The request, when it is one.</param>
    /// <param name="refusal">Otherwise the reason to answer with.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> der, [NotNullWhen(true)] out TimestampRequest? request, out TimestampRefusal refusal)
    {
        request = null;
        if (der.Length > Limits.TimestampRequestBytes)
        {
            refusal = TimestampRefusal.BadDataFormat;
            return false;
        }

        try
        {
            refusal = Read(Der.ReadWholeSequence(der.ToArray()), out request);
        }
        catch (AsnContentException)
        {
            refusal = TimestampRefusal.BadDataFormat;
        }

        return refusal == TimestampRefusal.None && request is not null;
    }

    private static TimestampRefusal Read(AsnReader fields, out TimestampRequest? request)
    {
        request = null;
        if (!fields.TryReadInt32(out var version) || version != 1)
        {
            return TimestampRefusal.BadRequest;
        }

        var imprint = fields.ReadSequence();
        if (HashAlgorithms.Read(imprint) is not { } hash)
        {
            return TimestampRefusal.BadAlgorithm;
        }

        var digest = imprint.ReadOctetString();
        imprint.ThrowIfNotEmpty();
        var policy = fields.NextIs(UniversalTagNumber.ObjectIdentifier) ? fields.ReadObjectIdentifier() : null;
        var nonce = fields.NextIs(UniversalTagNumber.Integer) ? fields.ReadIntegerBytes() : default;
        var requestCertificate = fields.NextIs(UniversalTagNumber.Boolean) && fields.ReadBoolean();
        if (fields.NextIs(0))
        {
            return TimestampRefusal.UnacceptedExtension;
        }

        fields.ThrowIfNotEmpty();
        if (digest.Length != HashAlgorithms.Size(hash) || nonce.Length > Limits.TimestampNonceOctets)
        {
            return TimestampRefusal.BadDataFormat;
        }

        request = new TimestampRequest(hash, digest, nonce.Span, requestCertificate, policy);
        return TimestampRefusal.None;
    }
}

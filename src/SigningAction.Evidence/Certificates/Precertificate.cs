using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Certificates;

/// <summary>A signed precertificate and what is needed to finish it, once the log has given its index.</summary>
public sealed class Precertificate
{
    internal Precertificate(byte[] fields, byte[] extensions, byte[] rawBytes, byte[] tbs, Sha256Digest issuerKeyId)
    {
        Fields = fields;
        Extensions = extensions;
        RawBytes = rawBytes;
        Tbs = tbs;
        IssuerKeyId = issuerKeyId;
    }

    /// <summary>DER of the signed precertificate, with its poison: what the log's data tile holds.</summary>
    public ReadOnlyMemory<byte> RawBytes { get; }

    /// <summary>TBSCertificate without poison: what a signed certificate timestamp covers.</summary>
    public ReadOnlyMemory<byte> Tbs { get; }

    /// <summary>SHA-256 of the issuing authority's SubjectPublicKeyInfo.</summary>
    public Sha256Digest IssuerKeyId { get; }

    /// <summary>Encoded fields before the extensions.</summary>
    internal byte[] Fields { get; }

    /// <summary>Encoded extensions, one after the other, without the last one.</summary>
    internal byte[] Extensions { get; }
}

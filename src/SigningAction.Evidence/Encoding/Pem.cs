using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SigningAction.Evidence.Encoding;

/// <summary>Certificates and public keys as text (RFC 7468, sections 5 and 13).</summary>
public static class Pem
{
    private const string CertificateLabel = "CERTIFICATE";
    private const string PublicKeyLabel = "PUBLIC KEY";

    /// <summary>One certificate with its final line feed.</summary>
    public static string OfCertificate(ReadOnlySpan<byte> der) => PemEncoding.WriteString(CertificateLabel, der) + "\n";

    /// <summary>Reads the first block of a text, which must be a certificate of at most <see cref="Limits.CertificateBytes"/> in canonical base64.</summary>
    public static bool TryReadCertificate(string pem, [NotNullWhen(true)] out byte[]? der) => TryRead(pem, CertificateLabel, out der);

    /// <summary>Reads the first block of a text, which must be a SubjectPublicKeyInfo (RFC 7468, section 13) in canonical base64, no longer than a certificate.</summary>
    public static bool TryReadPublicKey(string pem, [NotNullWhen(true)] out byte[]? der) => TryRead(pem, PublicKeyLabel, out der);

    private static bool TryRead(string pem, string label, [NotNullWhen(true)] out byte[]? der)
    {
        der = null;
        if (!PemEncoding.TryFind(pem, out var fields)
            || pem[fields.Label] != label
            || !StrictBase64.TryDecode(pem[fields.Base64Data].ReplaceLineEndings(string.Empty), out var bytes)
            || bytes.Length > Limits.CertificateBytes)
        {
            return false;
        }

        der = bytes;
        return true;
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace SigningAction.Evidence.Encoding;

/// <summary>Certificates as text (RFC 7468, section 5).</summary>
public static class Pem
{
    private const string CertificateLabel = "CERTIFICATE";

    /// <summary>One certificate with its final line feed.</summary>
    public static string OfCertificate(ReadOnlySpan<byte> der) => PemEncoding.WriteString(CertificateLabel, der) + "\n";

    /// <summary>Reads the first block of a text, which must be a certificate of at most <see cref="Limits.CertificateBytes"/> in canonical base64.</summary>
    public static bool TryReadCertificate(string pem, [NotNullWhen(true)] out byte[]? der)
    {
        der = null;
        if (!PemEncoding.TryFind(pem, out var fields)
            || pem[fields.Label] != CertificateLabel
            || !StrictBase64.TryDecode(pem[fields.Base64Data].ReplaceLineEndings(string.Empty), out var bytes)
            || bytes.Length > Limits.CertificateBytes)
        {
            return false;
        }

        der = bytes;
        return true;
    }
}

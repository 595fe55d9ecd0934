using System.Security.Cryptography;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Certificates;

/// <summary>Serial numbers of certificates and timestamps that we make.</summary>
public static class CertificateSerial
{
    /// <summary>20 random octets whose first is 0x40 to 0x7f: positive, minimal as a DER INTEGER, 158 bits that nobody can guess (RFC 5280, section 4.1.2.2).</summary>
    public static byte[] Create()
    {
        var serial = RandomNumberGenerator.GetBytes(Limits.SerialOctets);
        serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
        return serial;
    }
}

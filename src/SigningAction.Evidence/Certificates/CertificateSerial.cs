using System.Buffers.Binary;
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

    /// <summary>
    /// 20 octets that begin with the time, 48 bits of Unix milliseconds, and have 112 bits behind it that nobody can guess: positive, minimal from 2005 to 6429. Whoever keeps
    /// certificates by their numbers finds the new ones side by side, as with a UUID of version 7 (RFC 9562, section 5.7); the time stands in the certificate anyway.
    /// </summary>
    /// <param name="time">When the certificate is made.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time before 2005 or after 6429.</exception>
    public static byte[] Create(DateTimeOffset time)
    {
        var milliseconds = time.ToUnixTimeMilliseconds();
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, 1L << 40, nameof(time));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(milliseconds, 1L << 47, nameof(time));
        var serial = new byte[Limits.SerialOctets];
        BinaryPrimitives.WriteInt64BigEndian(serial, milliseconds << 16);
        RandomNumberGenerator.Fill(serial.AsSpan(6));
        return serial;
    }
}

using System.Buffers;
using System.Buffers.Binary;

namespace SigningAction.Evidence.Certificates;

/// <summary>Writes the presentation language of TLS (RFC 8446, section 3). A value that does not fit its length prefix is our fault and throws.</summary>
/// <param name="capacity">Bytes for which there is room at once; it grows where they do not do.</param>
internal sealed class TlsWriter(int capacity = 512)
{
    private readonly ArrayBufferWriter<byte> _bytes = new(capacity);

    public TlsWriter Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
        return this;
    }

    public TlsWriter UInt16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.GetSpan(2), checked((ushort)value));
        _bytes.Advance(2);
        return this;
    }

    public TlsWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    public TlsWriter Bytes(ReadOnlySpan<byte> value)
    {
        _bytes.Write(value);
        return this;
    }

    public TlsWriter Vector16(ReadOnlySpan<byte> value) => UInt16(value.Length).Bytes(value);

    public TlsWriter Vector24(ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, 0xffffff);
        return Byte((byte)(value.Length >> 16)).UInt16(value.Length & 0xffff).Bytes(value);
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}

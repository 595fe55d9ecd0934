using System.Buffers.Binary;

namespace SigningAction.Evidence.Certificates;

/// <summary>Writes the presentation language of TLS (RFC 8446, section 3). A value that does not fit its length prefix is our fault and throws.</summary>
/// <param name="capacity">Bytes expected: who says how many gets them without a copy.</param>
internal sealed class TlsWriter(int capacity = 128)
{
    private byte[] _bytes = new byte[capacity];
    private int _length;

    public TlsWriter Byte(byte value)
    {
        Next(1)[0] = value;
        return this;
    }

    public TlsWriter UInt16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Next(2), checked((ushort)value));
        return this;
    }

    public TlsWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(Next(8), value);
        return this;
    }

    public TlsWriter Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Next(value.Length));
        return this;
    }

    public TlsWriter Vector16(ReadOnlySpan<byte> value) => UInt16(value.Length).Bytes(value);

    public TlsWriter Vector24(ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, 0xffffff);
        return Byte((byte)(value.Length >> 16)).UInt16(value.Length & 0xffff).Bytes(value);
    }

    /// <summary>What was written. A full buffer is given away: whatever is written after it goes into a new one.</summary>
    public byte[] ToArray() => _length == _bytes.Length ? _bytes : _bytes[.._length];

    private Span<byte> Next(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + count));
        }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}

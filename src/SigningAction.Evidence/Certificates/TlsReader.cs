using System.Buffers.Binary;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>Reads the presentation language of TLS (RFC 8446, section 3): big-endian numbers and length-prefixed vectors, strictly.</summary>
internal ref struct TlsReader
{
    private readonly FailureCode _code;
    private ReadOnlySpan<byte> _rest;

    /// <summary>A reader whose faults carry <paramref name="code"/>.</summary>
    public TlsReader(ReadOnlySpan<byte> bytes, FailureCode code)
    {
        _rest = bytes;
        _code = code;
    }

    /// <summary>Whether nothing is left.</summary>
    public readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>Bytes that are left.</summary>
    public readonly int Length => _rest.Length;

    /// <summary>Exactly <paramref name="count"/> bytes.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count > _rest.Length)
        {
            throw new EvidenceException(_code, $"A certificate transparency structure ends {count - _rest.Length} bytes early.");
        }

        var bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }

    /// <summary>One byte.</summary>
    public byte Byte() => Bytes(1)[0];

    /// <summary>uint16.</summary>
    public int UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Bytes(2));

    /// <summary>uint64.</summary>
    public ulong UInt64() => BinaryPrimitives.ReadUInt64BigEndian(Bytes(8));

    /// <summary>opaque&lt;0..2^16-1&gt;.</summary>
    public ReadOnlySpan<byte> Vector16() => Bytes(UInt16());

    /// <summary>opaque&lt;0..2^24-1&gt;.</summary>
    public ReadOnlySpan<byte> Vector24()
    {
        var length = Bytes(3);
        return Bytes((length[0] << 16) | (length[1] << 8) | length[2]);
    }

    /// <summary>Refuses what is left.</summary>
    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw new EvidenceException(_code, $"A certificate transparency structure is followed by {_rest.Length} bytes.");
        }
    }
}

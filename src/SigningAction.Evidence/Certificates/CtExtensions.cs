using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Certificates;

/// <summary>
/// The extensions field of a signed certificate timestamp as C2SP static-ct-api defines it: a list of (type, opaque&lt;0..2^16-1&gt;), of which
/// <c>leaf_index</c> (type 0) holds a big-endian 40-bit index. Order does not matter, a type comes once.
/// </summary>
internal static class CtExtensions
{
    /// <summary>Largest index that fits, 2^40 - 1.</summary>
    public const long LargestIndex = (1L << 40) - 1;

    private const byte LeafIndexType = 0;
    private const int LeafIndexBytes = 5;

    /// <summary>The field with a leaf index alone: always 8 bytes.</summary>
    public static byte[] OfLeafIndex(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, LargestIndex);
        return new TlsWriter().Byte(LeafIndexType).UInt16(LeafIndexBytes)
            .Byte((byte)(index >> 32)).UInt16((int)((index >> 16) & 0xffff)).UInt16((int)(index & 0xffff)).ToArray();
    }

    /// <summary>Reads the leaf index; false when the field holds none, or is none of this form: RFC 6962 leaves it opaque.</summary>
    public static bool TryReadLeafIndex(ReadOnlySpan<byte> field, out long index)
    {
        index = 0;
        var found = false;
        var seen = 0UL;
        try
        {
            var reader = new TlsReader(field, FailureCode.SctMalformed);
            while (!reader.IsEmpty)
            {
                var type = reader.Byte();
                var data = reader.Vector16();
                var bit = 1UL << (type & 63);
                if (type >= 64 || (seen & bit) != 0)
                {
                    // No type above 0 is defined; one that we cannot keep account of might be a duplicate.
                    return false;
                }

                seen |= bit;
                if (type == LeafIndexType)
                {
                    if (data.Length != LeafIndexBytes)
                    {
                        return false;
                    }

                    foreach (var b in data)
                    {
                        index = (index << 8) | b;
                    }

                    found = true;
                }
            }

            return found;
        }
        catch (EvidenceException)
        {
            return false;
        }
    }
}

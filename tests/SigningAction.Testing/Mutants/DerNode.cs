namespace SigningAction.Testing.Mutants;

/// <summary>A value of DER that a test takes apart and puts together again, lengths and all. What an octet or bit string wraps is taken apart too.</summary>
public sealed class DerNode
{
    private const byte Constructed = 0x20;
    private readonly byte _tag;
    private readonly byte[] _before;
    private readonly byte[] _content;
    private readonly List<DerNode>? _children;

    private DerNode(byte tag, byte[] before, byte[] content, List<DerNode>? children)
    {
        _tag = tag;
        _before = before;
        _content = content;
        _children = children;
    }

    /// <summary>Every value with each of the changes, encoded anew around it: removed, doubled, swapped with the next, cut short, made longer, flipped in a byte, of another tag.</summary>
    public static IEnumerable<(string Name, byte[] Mutant)> Mutants(byte[] der)
    {
        var count = Parse(der).All().Count();
        for (var i = 0; i < count; i++)
        {
            foreach (var change in Enum.GetValues<DerChange>())
            {
                var root = Parse(der);
                var node = root.All().ElementAt(i);
                if (root.Changed(node.Node, node.Parent, change) is { } mutant && !mutant.AsSpan().SequenceEqual(der))
                {
                    yield return ($"{node.Path} {change}", mutant);
                }
            }
        }
    }

    /// <summary>The encoding with the contents of the values that a test picks replaced.</summary>
    public static byte[] Replace(byte[] der, Func<byte[], byte[]?> replacement) => Parse(der).Encode(replacement);

    private static DerNode Parse(byte[] der) => TryParse(der) is [var node] ? node : throw new ArgumentException("This is not one value of DER.");

    private static List<DerNode>? TryParse(ReadOnlySpan<byte> der)
    {
        var nodes = new List<DerNode>();
        while (!der.IsEmpty)
        {
            if (der.Length < 2 || (der[0] & 0x1f) == 0x1f || der[0] == 0)
            {
                return null;
            }

            var (length, header) = der[1] switch
            {
                < 0x80 => (der[1], 2),
                0x81 when der.Length > 2 => (der[2], 3),
                0x82 when der.Length > 3 => ((der[2] << 8) | der[3], 4),
                _ => (int.MaxValue, 0),
            };
            if (length > der.Length - header)
            {
                return null;
            }

            var tag = der[0];
            var content = der.Slice(header, length);
            byte[] before = tag == 0x03 && length > 0 ? [content[0]] : [];
            var inner = (tag & Constructed) != 0 || (tag is 0x03 or 0x04 && length > before.Length) ? TryParse(content[before.Length..]) : null;
            if (inner is null && (tag & Constructed) != 0)
            {
                return null;
            }

            nodes.Add(new DerNode(tag, before, content.ToArray(), inner));
            der = der[(header + length)..];
        }

        return nodes;
    }

    private IEnumerable<(DerNode Node, DerNode? Parent, string Path)> All(DerNode? parent = null, string path = "") =>
        (_children ?? []).SelectMany((child, i) => child.All(this, $"{path}/{i}")).Prepend((this, parent, path));

    private byte[]? Changed(DerNode node, DerNode? parent, DerChange change)
    {
        var at = parent?._children!.IndexOf(node) ?? -1;
        var siblings = parent?._children;
        switch (change)
        {
            case DerChange.Removed when siblings is not null:
                siblings.RemoveAt(at);
                break;
            case DerChange.Doubled when siblings is not null:
                siblings.Insert(at, node);
                break;
            case DerChange.SwappedWithNext when siblings is not null && at + 1 < siblings.Count:
                (siblings[at], siblings[at + 1]) = (siblings[at + 1], siblings[at]);
                break;
            case DerChange.OfAnotherTag:
                return Encode(content: null, other: node, with: new DerNode((byte)(node._tag ^ 0x01), node._before, node._content, node._children));
            case DerChange.CutShort when node._content.Length > 0:
                return With(node, node._content[..^1]);
            case DerChange.MadeLonger:
                return With(node, [.. node._content, 0]);
            case DerChange.FlippedInFirst when node._content.Length > 0:
                return With(node, Flipped(node._content, 0));
            case DerChange.FlippedInMiddle when node._content.Length > 2:
                return With(node, Flipped(node._content, node._content.Length / 2));
            case DerChange.FlippedInLast when node._content.Length > 1:
                return With(node, Flipped(node._content, node._content.Length - 1));
            default:
                return null;
        }

        return Encode();
    }

    private byte[] With(DerNode node, byte[] content) => Encode(content: null, other: node, with: new DerNode(node._tag, [], content, null));

    private static byte[] Flipped(byte[] bytes, int at)
    {
        var flipped = (byte[])bytes.Clone();
        flipped[at] ^= 1;
        return flipped;
    }

    private byte[] Encode(Func<byte[], byte[]?>? content = null, DerNode? other = null, DerNode? with = null)
    {
        if (ReferenceEquals(this, other))
        {
            return with!.Encode();
        }

        var bytes = content?.Invoke(_content) ?? (_children is null ? _content : [.. _before, .. _children.SelectMany(child => child.Encode(content, other, with))]);
        byte[] length = bytes.Length switch
        {
            < 0x80 => [(byte)bytes.Length],
            < 0x100 => [0x81, (byte)bytes.Length],
            _ => [0x82, (byte)(bytes.Length >> 8), (byte)(bytes.Length & 0xff)],
        };
        return [_tag, .. length, .. bytes];
    }
}

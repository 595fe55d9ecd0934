namespace SigningAction.Testing;

/// <summary>Breaks bytes at random, the same way for the same seed: one to three changes a mutant, of the kinds that find faults in parsers.</summary>
public sealed class Mutator(int seed)
{
    private static readonly byte[] Interesting = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xff, 0x30, 0x31, 0x02, 0x04, 0x05, 0x18, 0x17, 0xa0, 0xa3, (byte)'"', (byte)'\\', (byte)'-', (byte)'\n'];

    private static readonly byte[][] Words =
    [
        .. new[] { "null", "[]", "{}", "true", "\"\"", "-1", "9223372036854775808", "1e400", "\"\\ud800\"", "\"\\u0000\"", "[[[[", "\\u0061", ",", ":", "\n\n", "\n— x AAAA" }.Select(System.Text.Encoding.UTF8.GetBytes),
        [0xc3, 0x28],
        [0x30, 0x80],
        [0x02, 0x00],
        [0x05, 0x00],
        [0x18, 0x0f, .. "00000101000000Z"u8],
        [0x18, 0x13, .. "99991231235959.999Z"u8],
        [0x17, 0x0d, .. "000229235960Z"u8],
        [0x06, 0x01, 0x80],
        [0x03, 0x01, 0x08],
        [0x01, 0x01, 0x00],
    ];

    private readonly Random _random = new(seed);

    /// <summary>One mutant; <paramref name="donor"/> is where spliced bytes come from.</summary>
    public byte[] Mutate(byte[] original, byte[] donor)
    {
        var bytes = new List<byte>(original);
        for (var changes = _random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            Change(bytes, donor);
        }

        return [.. bytes];
    }

    private void Change(List<byte> bytes, byte[] donor)
    {
        var at = _random.Next(bytes.Count);
        var length = Math.Min(_random.Next(1, 24), bytes.Count - at);
        switch (_random.Next(11))
        {
            case 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[at] = Interesting[_random.Next(Interesting.Length)];
                break;
            case 2:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5 when donor.Length > 0:
                var from = _random.Next(donor.Length);
                bytes.RemoveRange(at, length);
                bytes.InsertRange(at, donor.AsSpan(from, Math.Min(_random.Next(1, 64), donor.Length - from)));
                break;
            case 6:
                bytes.InsertRange(at, Words[_random.Next(Words.Length)]);
                break;
            case 7:
                var word = Words[_random.Next(Words.Length)];
                bytes.RemoveRange(at, Math.Min(word.Length, bytes.Count - at));
                bytes.InsertRange(at, word);
                break;
            case 8 or 9:
                ReplaceText(bytes, at);
                break;
            default:
                bytes[at] = (byte)((bytes[at] + _random.Next(255) + 1) & 0xff);
                break;
        }
    }

    /// <summary>Puts another JSON value in the place of some text.</summary>
    private void ReplaceText(List<byte> bytes, int at)
    {
        var quotes = Enumerable.Range(0, bytes.Count).Where(i => bytes[i] == (byte)'"').ToArray();
        if (quotes.Length < 2)
        {
            bytes[at] ^= 0xff;
            return;
        }

        // By number and not by place: most of the bytes are long texts, and most of the texts are short.
        var number = _random.Next(quotes.Length - 1);
        var (start, end) = (quotes[number], quotes[number + 1]);
        bytes.RemoveRange(start, end - start + 1);
        bytes.InsertRange(start, Words[_random.Next(Words.Length)]);
    }
}

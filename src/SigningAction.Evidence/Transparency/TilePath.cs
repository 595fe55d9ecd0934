using System.Globalization;
using System.Text;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Transparency;

/// <summary>
/// Name of one tile (C2SP tlog-tiles): <c>LEVEL/INDEX[.p/WIDTH]</c>, where the level is a number, <c>entries</c> (tlog-tiles) or <c>data</c> (static-ct-api).
/// </summary>
/// <param name="Level">0 to 63 for hashes; <see cref="Entries"/> or <see cref="Data"/> for the leaves themselves.</param>
/// <param name="Index">Number of the tile in its level.</param>
/// <param name="Width">Hashes or entries in it: 1 to 256; 256 is the full tile, which has no suffix.</param>
public readonly record struct TilePath(int Level, long Index, int Width)
{
    /// <summary>Pseudo-level of the entry bundles of tlog-tiles.</summary>
    public const int Entries = -1;

    /// <summary>Pseudo-level of the data tiles of static-ct-api.</summary>
    public const int Data = -2;

    private const int HighestLevel = 63;
    private const int LongestPath = 64;

    /// <summary>Whether the tile holds all 256 elements and so can never change again.</summary>
    public bool IsFull => Width == Limits.TileWidth;

    /// <summary>Reads a path as it stands behind <c>tile/</c>; false for every spelling but the one <see cref="ToString"/> gives.</summary>
    public static bool TryParse(string path, out TilePath tile)
    {
        tile = default;
        if (path.Length > LongestPath)
        {
            return false;
        }

        var width = Limits.TileWidth;
        var body = path;
        var partial = path.IndexOf(".p/", StringComparison.Ordinal);
        if (partial >= 0)
        {
            if (!int.TryParse(path.AsSpan(partial + 3), NumberStyles.None, CultureInfo.InvariantCulture, out width) || width is < 1 or >= Limits.TileWidth)
            {
                return false;
            }

            body = path[..partial];
        }

        var slash = body.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !TryParseLevel(body[..slash], out var level) || !TryParseIndex(body[(slash + 1)..], out var index))
        {
            return false;
        }

        tile = new TilePath(level, index, width);

        // One tile has one name: a second spelling would be a second cache entry and a second thing to test.
        return tile.ToString() == path;
    }

    /// <summary>
    /// The tiles of one level (hashes or leaves) that changed when the log grew from <paramref name="before"/> to <paramref name="after"/> elements of that
    /// level.
    /// </summary>
    public static IEnumerable<TilePath> Changed(int level, long before, long after)
    {
        for (var index = before / Limits.TileWidth; index * Limits.TileWidth < after; index++)
        {
            yield return new TilePath(level, index, (int)Math.Min(Limits.TileWidth, after - (index * Limits.TileWidth)));
        }
    }

    /// <summary>The path behind <c>tile/</c>, for example <c>0/x001/x234/067.p/8</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Level switch
        {
            Entries => "entries",
            Data => "data",
            _ => Level.ToString(CultureInfo.InvariantCulture),
        }).Append('/');
        AppendIndex(text, Index / 1000);
        text.Append(CultureInfo.InvariantCulture, $"{Index % 1000:000}");
        if (!IsFull)
        {
            text.Append(CultureInfo.InvariantCulture, $".p/{Width}");
        }

        return text.ToString();
    }

    private static void AppendIndex(StringBuilder text, long thousands)
    {
        if (thousands == 0)
        {
            return;
        }

        AppendIndex(text, thousands / 1000);
        text.Append(CultureInfo.InvariantCulture, $"x{thousands % 1000:000}/");
    }

    private static bool TryParseLevel(string text, out int level)
    {
        level = text switch
        {
            "entries" => Entries,
            "data" => Data,
            _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue,
        };
        return level <= HighestLevel;
    }

    private static bool TryParseIndex(string text, out long index)
    {
        index = 0;
        foreach (var group in text.Split('/'))
        {
            var digits = group.StartsWith('x') ? group.AsSpan(1) : group;
            if (digits.Length != 3
                || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || index > (long.MaxValue - number) / 1000)
            {
                return false;
            }

            index = (index * 1000) + number;
        }

        return true;
    }
}

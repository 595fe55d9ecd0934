using System.Globalization;

namespace SigningAction.Benchmarks.Measuring;

/// <summary>What one benchmark prints: a table, and sentences that compare its rows.</summary>
internal sealed class Report(string title, params string[] columns)
{
    private readonly List<string[]> _rows = [];
    private readonly List<string> _sentences = [];

    public void Row(params string[] cells) => _rows.Add(cells);

    public void Say(FormattableString sentence) => _sentences.Add(FormattableString.Invariant(sentence));

    public void Print()
    {
        Console.WriteLine();
        Console.WriteLine(title);
        var widths = columns.Select((column, i) => _rows.Append(columns).Max(row => i < row.Length ? row[i].Length : 0)).ToArray();
        foreach (var row in _rows.Prepend(columns))
        {
            Console.WriteLine("  " + string.Join("  ", row.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
        }

        foreach (var sentence in _sentences)
        {
            Console.WriteLine($"  {sentence}");
        }
    }

    public static string Rate(double perSecond) => string.Create(CultureInfo.InvariantCulture, $"{perSecond:#,0}/s");

    public static string Microseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} µs");

    public static string Kibibytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024:0.0} KiB");

    public static string Mebibytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024 / 1024:0.0} MiB");
}

using System.Globalization;
using SigningAction.Authority.Ledger;

namespace SigningAction.Authority.Commands;

/// <summary>One line on a terminal that is written over and over, a few times a second at most.</summary>
internal sealed class ProgressLine(TextWriter terminal) : IProgress<FsckProgress>, IDisposable
{
    private const int Milliseconds = 200;

    private long _next;
    private int _width;

    public void Report(FsckProgress value)
    {
        // Uptime for the eye alone: nothing is decided by it.
        if (Environment.TickCount64 < _next)
        {
            return;
        }

        _next = Environment.TickCount64 + Milliseconds;
        var text = string.Create(CultureInfo.InvariantCulture, $"{value.Log}: {value.Leaves} of {value.Of} leaves ({100 * value.Leaves / Math.Max(1, value.Of)} %)");
        terminal.Write("\r" + text.PadRight(_width));
        _width = text.Length;
    }

    /// <summary>Leaves the line empty for what comes.</summary>
    public void Clear()
    {
        if (_width > 0)
        {
            terminal.Write("\r" + new string(' ', _width) + "\r");
            _width = 0;
        }
    }

    public void Dispose() => Clear();
}

using System.Globalization;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// Shows on a terminal how far hashing is, once it takes longer than a person waits without wondering. Nothing is written where nobody watches.
/// Safe for concurrent use; the last file that got on is the one that is shown.
/// </summary>
internal sealed class HashProgress(TextWriter error, Func<bool> isWatched, TimeProvider time)
{
    private const int NameCharacters = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private readonly object _gate = new();
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next = Patience;
    private bool? _watched;
    private bool _shown;

    /// <summary>One file has been read so far.</summary>
    public void Report(string name, long done, long length)
    {
        if (time.GetElapsedTime(_start) < _next)
        {
            return;
        }

        lock (_gate)
        {
            var now = time.GetElapsedTime(_start);
            if (now < _next || !(_watched ??= isWatched()))
            {
                return;
            }

            _next = now + Between;
            _shown = true;
            var shown = PrintableText.Exact(name);
            error.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"\r\u001b[KHashing {(shown.Length > NameCharacters ? "…" + shown[^NameCharacters..] : shown)}: {(length == 0 ? 100 : 100 * done / length)} %"));
        }
    }

    /// <summary>Takes the line away, before anything else is written to the terminal.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            if (_shown)
            {
                error.Write("\r\u001b[K");
                _shown = false;
            }
        }
    }
}

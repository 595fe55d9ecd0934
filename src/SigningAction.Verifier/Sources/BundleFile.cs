using System.Globalization;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Sources;

/// <summary>
/// A file with one bundle, or with one in each line (JSON Lines). Which of them is seen from its bytes, because names differ: it is lines when the first
/// line and the next are each an object of their own. Read in pieces: never more than one bundle at its cap is in memory unparsed. Pipes are fine.
/// </summary>
internal sealed class BundleFile : IDisposable
{
    private const int FirstBytes = 32 * 1024;

    private readonly InputFile _file;
    private byte[] _buffer = new byte[FirstBytes];
    private int _begin;
    private int _end;
    private long _offset;
    private bool _ended;

    private BundleFile(InputFile file) => _file = file;

    /// <summary>The bundles, at most <paramref name="most"/>; what is none is told in its place.</summary>
    public static IEnumerable<FoundBundle> Read(string path, int most)
    {
        var (found, name) = (new List<FoundBundle>(), InputFile.Name(path));
        try
        {
            using var file = new BundleFile(InputFile.Open(path));
            file.Fill(() => false);
            if (file.IsLines())
            {
                file.AddLines(name, most, found);
            }
            else
            {
                file.RequireEnd();
                found.Add(FoundBundle.Of(name, file.Unread));
            }
        }
        catch (EvidenceException e)
        {
            found.Add(new FoundBundle(name, null, Problem.Of(e.Failure)));
        }
        catch (ProblemException e)
        {
            found.Add(new FoundBundle(name, null, e.Problem));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            found.Add(new FoundBundle(name, null, RegularFile.CannotRead(name, "bundle", e).Problem));
        }

        return found;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private Span<byte> Unread => _buffer.AsSpan(_begin, _end - _begin);

    private bool IsLines()
    {
        var line = Unread.IndexOf((byte)'\n');
        if (line < 0)
        {
            return false;
        }

        var first = Unread[..line].Trim(" \t\r"u8);
        var rest = Unread[line..].TrimStart(" \t\r\n"u8);
        return first.StartsWith("{"u8) && first.EndsWith("}"u8) && rest.StartsWith("{"u8);
    }

    private void AddLines(string path, int most, List<FoundBundle> found)
    {
        for (var number = 1; Unread.Length > 0 || !_ended; number++)
        {
            Fill(() => Unread.Contains((byte)'\n'));
            var end = Unread.IndexOf((byte)'\n');
            if (end < 0)
            {
                RequireEnd();
            }

            var line = end < 0 ? Unread : Unread[..end];
            if (!line.Trim(" \t\r"u8).IsEmpty)
            {
                if (found.Count == most)
                {
                    throw new EvidenceException(FailureCode.TooMany, $"The file has over {most} bundles.");
                }

                found.Add(FoundBundle.Of(string.Create(CultureInfo.InvariantCulture, $"{path}:{number}"), line));
            }

            _begin += Math.Min(line.Length + 1, Unread.Length);
        }
    }

    private void RequireEnd()
    {
        if (!_ended)
        {
            throw new EvidenceException(FailureCode.TooLarge, $"The bundle has over {Limits.BundleBytes} bytes.");
        }
    }

    /// <summary>Reads until <paramref name="enough"/>, the end of the file, or more than any bundle has.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.TooLarge"/>: the file has more than any file of bundles.</exception>
    private void Fill(Func<bool> enough)
    {
        while (!_ended && Unread.Length <= Limits.BundleBytes && !enough())
        {
            if (_end == _buffer.Length)
            {
                MakeRoom();
            }

            var read = _file.Read(_buffer.AsSpan(_end));
            _ended = read == 0;
            _end += read;
            _offset += read;
            if (_offset > SourceLimits.LinesBytes)
            {
                throw new EvidenceException(FailureCode.TooLarge, $"The file of bundles has over {SourceLimits.LinesBytes} bytes.");
            }
        }
    }

    private void MakeRoom()
    {
        Unread.CopyTo(_buffer);
        (_begin, _end) = (0, _end - _begin);
        if (_end > _buffer.Length / 2)
        {
            Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, Limits.BundleBytes + FirstBytes));
        }
    }
}

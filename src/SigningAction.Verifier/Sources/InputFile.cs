using System.Diagnostics.CodeAnalysis;
using Microsoft.Win32.SafeHandles;

namespace SigningAction.Verifier.Sources;

/// <summary>What the caller named, read once from its beginning: a file, a pipe (<c>&lt;(…)</c>), or <c>-</c> for standard input.</summary>
internal sealed class InputFile : IDisposable
{
    /// <summary>The name of standard input, as in <c>gh</c> and cosign. A file of that name is written <c>./-</c>.</summary>
    public const string StandardInput = "-";

    private readonly SafeFileHandle? _file;
    private Stream? _stream;
    private long _offset;

    private InputFile(SafeFileHandle? file, Stream? stream) => (_file, _stream) = (file, stream);

    /// <summary>Opens it. Shared with everybody: a lock would be advice only.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a directory.</exception>
    /// <exception cref="ProblemException">Standard input is named, and brings nothing.</exception>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "It is what this object is made of, and disposed of with it.")]
    public static InputFile Open(string path)
    {
        if (path != StandardInput)
        {
            return new InputFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), null);
        }

        // Where it is closed, the runtime has opened a device of its own under that number, which never ends.
        if (RegularFile.IsDevice("/dev/stdin") && Console.IsInputRedirected)
        {
            throw ProblemException.NotChecked("Nothing is piped into standard input.", "Pipe the bytes in, or name a file.");
        }

        try
        {
            return new InputFile(null, OperatingSystem.IsWindows() ? Console.OpenStandardInput() : new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0));
        }
        catch (ArgumentException e)
        {
            throw new IOException("Standard input is closed.", e);
        }
    }

    /// <summary>As it is shown.</summary>
    public static string Name(string path) => path == StandardInput ? "standard input" : path;

    /// <summary>
    /// Whether <paramref name="path"/> is standard input, or a pipe that whoever started this process opened for it. Such a name comes out of no archive,
    /// so reading it waits for nobody but the caller's own programs.
    /// </summary>
    public static bool IsOfCaller(string path) =>
        path == StandardInput
        || ((path == "/dev/stdin" || path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal)) && RegularFile.IsPipe(path));

    /// <summary>The next bytes; 0 at the end.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public int Read(Span<byte> buffer)
    {
        try
        {
            var read = _stream is null ? RandomAccess.Read(_file!, buffer, _offset) : _stream.Read(buffer);
            _offset += read;
            return read;
        }
        catch (NotSupportedException) when (_stream is null)
        {
            // A pipe has no offsets.
            _stream = new FileStream(_file!, FileAccess.Read, bufferSize: 0);
            return _stream.Read(buffer);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stream?.Dispose();
        _file?.Dispose();
    }
}

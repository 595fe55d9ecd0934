using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using SigningAction.Agent.Pipelines;
using SigningAction.Agent.Publishing;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Agent.Signing;

/// <summary>
/// What a run has done so far, for the run that comes after it when it does not come to its end: a file of JSON Lines with bundles, whole and unfinished, and what
/// is published where. There is no secret in it: the key is never stored, so a later run finishes what is signed and signs the rest with a key of its own.
/// A line is written before the step that cannot be taken back: a signature is in the file before a log sees it, and is handed in again byte for byte. Nothing in
/// the file is believed: a bundle out of it is verified like any other, and what is said to be published is looked for where it should be.
/// </summary>
public sealed class RunJournal : IDisposable
{
    /// <summary>Twice ten thousand bundles of 6 KiB, and room.</summary>
    private const long MaximumBytes = 512L * 1024 * 1024;

    /// <summary>Ending of the file's name. Globs pass over it, as they do over bundles.</summary>
    public const string Suffix = ".sigstore.unfinished";

    /// <summary>EWOULDBLOCK of Linux and of macOS, and Windows' sharing violation: another process has it open.</summary>
    private static readonly int[] InUse = [11, 35, 32];

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _bundles = new(StringComparer.Ordinal);
    private readonly Dictionary<PublicationKey, Publication> _published = [];
    private FileStream? _file;

    private RunJournal(string path) => _path = path;

    /// <summary>What earlier runs say that they published.</summary>
    public IReadOnlyDictionary<PublicationKey, Publication> Published => _published;

    /// <summary>Whether another process writes the file, so that this one cannot: then what it does is not remembered.</summary>
    public bool IsElsewhere { get; private set; }

    /// <summary>The file; null where it holds nothing, because nothing was done or <see cref="Complete"/>.</summary>
    public string? Unfinished => !IsElsewhere && File.Exists(_path) ? _path : null;

    /// <summary>Reads what an earlier run left at <paramref name="path"/>; a line that was cut, or is none, is passed over.</summary>
    /// <param name="path">Absolute.</param>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotRead"/>.</exception>
    public static RunJournal Open(string path)
    {
        var journal = new RunJournal(path);
        try
        {
            // A link is somebody's attempt to have another file read, or written: see OpenForAppend.
            if (new FileInfo(path) is { Exists: true, LinkTarget: null, Length: <= MaximumBytes } && FileKind.IsRegular(path))
            {
                foreach (var line in File.ReadLines(path))
                {
                    journal.Read(line);
                }
            }
        }
        catch (IOException e) when (IsInUse(e))
        {
            journal.IsElsewhere = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(AgentFault.CannotRead, $"The state of an earlier run, '{UntrustedText.OneLine(path)}', cannot be read: {UntrustedText.OneLine(e.Message)} Remove it to begin anew.", e);
        }

        return journal;
    }

    /// <summary>The bundle that an earlier run made or began under <paramref name="key"/>; unproven.</summary>
    public Bundle? Find(string key)
    {
        try
        {
            return _bundles.TryGetValue(key, out var json) ? Bundle.Parse(json.Span) : null;
        }
        catch (EvidenceException)
        {
            // Damaged or not ours: then there is nothing to resume.
            return null;
        }
    }

    /// <summary>Remembers a bundle, finished or not; a later line for the same key counts.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotWrite"/>.</exception>
    public void Keep(string key, ReadOnlyMemory<byte> bundle) => Append(json =>
    {
        json.WriteString("key", key);
        json.WritePropertyName("bundle");
        json.WriteRawValue(bundle.Span);
    });

    /// <summary>Remembers what is published.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.CannotWrite"/>.</exception>
    public void Keep(PublicationKey key, Publication publication) => Append(json =>
    {
        json.WriteString("target", key.Target);
        json.WriteString("digest", key.Bundle.ToString());
        json.WriteString("id", publication.Id);
        json.WriteString("url", publication.Url);
    });

    /// <summary>Everything is where it belongs: there is nothing to resume.</summary>
    public void Complete()
    {
        Dispose();
        if (IsElsewhere)
        {
            return;
        }

        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What stays says only what is true; the next run finds the same bundles.
            return;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Append(Action<Utf8JsonWriter> content)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        try
        {
            lock (_lock)
            {
                _file ??= IsElsewhere ? null : OpenForAppend();
                if (_file is null)
                {
                    return;
                }

                // Not synced: it has to outlive the process, and a runner whose machine dies does not come back with its disk.
                _file.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
                _file.Flush();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(AgentFault.CannotWrite, $"The state of the run cannot be written to '{UntrustedText.OneLine(_path)}': {UntrustedText.OneLine(e.Message)}", e);
        }
    }

    /// <summary>The file, alone; null where another process has it.</summary>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The journal owns it.")]
    private FileStream? OpenForAppend()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        if (new FileInfo(_path).LinkTarget is not null || (Path.Exists(_path) && !FileKind.IsRegular(_path)))
        {
            throw new IOException("It is a link, or no file.");
        }

        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            var file = new FileStream(_path, options);

            // The last line of a run that was killed may be half a one.
            file.Write("\n"u8);
            return file;
        }
        catch (IOException e) when (IsInUse(e))
        {
            IsElsewhere = true;
            return null;
        }
    }

    private static bool IsInUse(IOException e) => InUse.Contains(e.HResult & 0xFFFF);

    private void Read(string line)
    {
        if (line.Length == 0)
        {
            return;
        }

        try
        {
            using var json = JsonDocument.Parse(line, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = Limits.JsonDepth });
            var root = json.RootElement;
            if (Text(root, "key") is { } key && root.TryGetProperty("bundle", out var bundle))
            {
                _bundles[key] = Encoding.UTF8.GetBytes(bundle.GetRawText());
            }
            else if (Text(root, "target") is { } target && Sha256Digest.TryParseHex(Text(root, "digest"), out var digest))
            {
                _published[new PublicationKey(target, digest)] = new Publication(target, "", PublicationState.AlreadyThere) { Id = Text(root, "id"), Url = Text(root, "url") };
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

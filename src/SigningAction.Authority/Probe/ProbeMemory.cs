using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SigningAction.Authority.Storage;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Authority.Probe;

/// <summary>
/// The checkpoints that earlier probes saw, whole and signed, by log: an authority that shows another history later has signed both, and this is the evidence.
/// </summary>
public sealed class ProbeMemory
{
    private readonly string? _path;
    private readonly JsonObject _notes;

    private ProbeMemory(string? path, JsonObject notes) => (_path, _notes) = (path, notes);

    /// <summary>Reads the memory; a file that is not there yet is the first probe's.</summary>
    /// <param name="path">The file; null remembers nothing.</param>
    /// <exception cref="ProbeException">It is damaged: who forgets cannot compare.</exception>
    public static ProbeMemory Open(string? path)
    {
        if (path is null || !File.Exists(path))
        {
            return new ProbeMemory(path, []);
        }

        try
        {
            if (new FileInfo(path).Length <= Limits.ResponseBytes && JsonNode.Parse(File.ReadAllText(path)) is JsonObject notes)
            {
                return new ProbeMemory(path, notes);
            }
        }
        catch (JsonException e)
        {
            throw new ProbeException(ProbeOutcome.Unreachable, $"{path} does not hold the checkpoints of earlier probes.", e);
        }

        throw new ProbeException(ProbeOutcome.Unreachable, $"{path} does not hold the checkpoints of earlier probes.");
    }

    /// <summary>The checkpoint that was seen last, or null.</summary>
    public string? this[string origin] => _notes[origin] is JsonValue value && value.TryGetValue<string>(out var note) ? note : null;

    /// <summary>Remembers a checkpoint that was proven to continue the last one.</summary>
    public void Keep(string origin, string note)
    {
        _notes[origin] = note;
        if (_path is not null)
        {
            DurableFile.Replace(_path, Encoding.UTF8.GetBytes(_notes.ToJsonString() + "\n"), DurableFile.Public);
        }
    }
}

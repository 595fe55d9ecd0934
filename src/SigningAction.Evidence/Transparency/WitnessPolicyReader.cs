using System.Globalization;
using System.Text;
using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Transparency;

/// <summary>Reads one witness policy, line by line. Names are compared byte by byte; a file that is not UTF-8 is refused, which no honest one needs to be.</summary>
internal sealed class WitnessPolicyReader
{
    private const string NoQuorum = "none";

    private readonly List<NoteKey> _logs = [];
    private readonly List<(string Name, WitnessKey Key)> _witnesses = [];
    private readonly Dictionary<string, WitnessQuorum> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _members = new(StringComparer.Ordinal);
    private WitnessQuorum? _quorum;
    private bool _hasQuorum;
    private int _line;

    public WitnessPolicy Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Limits.WitnessPolicyBytes)
        {
            throw Malformed($"it has over {Limits.WitnessPolicyBytes} bytes");
        }

        if (!System.Text.Unicode.Utf8.IsValid(utf8) || HasControls(utf8))
        {
            throw Malformed("it has control characters, or is not UTF-8");
        }

        var text = System.Text.Encoding.UTF8.GetString(utf8);
        if (!text.EndsWith('\n'))
        {
            throw Malformed("its last line does not end in a line feed, so it may have been cut off");
        }

        foreach (var line in text[..^1].Split('\n'))
        {
            _line++;
            var items = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (items.Length > 0 && items[0][0] != '#')
            {
                ReadLine(items);
            }
        }

        return _hasQuorum ? new WitnessPolicy(_logs, _witnesses, _quorum) : throw Malformed("it has no quorum line");
    }

    private static bool HasControls(ReadOnlySpan<byte> utf8)
    {
        foreach (var octet in utf8)
        {
            if ((octet < 0x20 && octet is not ((byte)'\t' or (byte)'\n')) || octet == 0x7F)
            {
                return true;
            }
        }

        return false;
    }

    private void ReadLine(string[] items)
    {
        if (_logs.Count + _names.Count >= Limits.WitnessPolicyLines)
        {
            throw Malformed($"it has over {Limits.WitnessPolicyLines} logs, witnesses and groups");
        }

        switch (items)
        {
            case ["log", _] or ["log", _, _]:
                AddLog(items[1]);
                break;
            case ["witness", _, _] or ["witness", _, _, _]:
                AddWitness(items[1], items[2]);
                break;
            case ["group", var group, var threshold, _, ..]:
                AddGroup(group, threshold, items[3..]);
                break;
            case ["quorum", var name]:
                SetQuorum(name);
                break;
            default:
                throw Malformed("it is no log, witness, group or quorum line");
        }
    }

    private void AddLog(string text)
    {
        try
        {
            var key = NoteKeyText.Parse(text) switch
            {
                { Type: NoteKeyType.Ed25519 } ed25519 => NoteKey.ForLog(ed25519.Name, VerificationKey.ParseEd25519(ed25519.Key)),
                { Type: NoteKeyType.Ecdsa } ecdsa => NoteKey.ForLog(ecdsa.Name, VerificationKey.Parse(ecdsa.Key)),
                _ => throw Malformed("its key is no Ed25519 or ECDSA log key whose hash is right"),
            };
            if (_logs.Any(log => log.Key.Equals(key.Key)))
            {
                throw Malformed("the log is listed twice");
            }

            _logs.Add(key);
        }
        catch (EvidenceException e) when (e.Code == FailureCode.KeyUnsupported)
        {
            throw Malformed("its key is not accepted");
        }
    }

    private void AddWitness(string name, string text)
    {
        var key = WitnessKey.Parse(text);
        if (_witnesses.Any(witness => witness.Key.SameKey(key)))
        {
            throw Malformed("the witness's key is listed twice");
        }

        Define(name, new WitnessQuorum.Witness(name));
        _witnesses.Add((name, key));
    }

    private void AddGroup(string name, string threshold, string[] members)
    {
        var found = members.Select(Use).ToArray();
        var needed = threshold switch
        {
            "any" => 1,
            "all" => found.Length,
            _ => int.TryParse(threshold, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number.ToString(CultureInfo.InvariantCulture) == threshold ? number : 0,
        };
        if (needed < 1 || needed > found.Length)
        {
            throw Malformed($"its threshold is not any, all, or a number from 1 to {found.Length}");
        }

        Define(name, new WitnessQuorum.Group(needed, found));
    }

    private void SetQuorum(string name)
    {
        if (_hasQuorum)
        {
            throw Malformed("it is a second quorum");
        }

        _hasQuorum = true;
        _quorum = name == NoQuorum ? null : Named(name);
    }

    /// <summary>A member counts in one way only.</summary>
    private WitnessQuorum Use(string name) => _members.Add(name) ? Named(name) : throw Malformed("a name is a member twice");

    private WitnessQuorum Named(string name) => _names.GetValueOrDefault(name) ?? throw Malformed("it uses a name that is not defined above");

    private void Define(string name, WitnessQuorum quorum)
    {
        if (name == NoQuorum || !_names.TryAdd(name, quorum))
        {
            throw Malformed("its name is taken");
        }
    }

    private EvidenceException Malformed(string why) => new(
        FailureCode.WitnessPolicyMalformed, $"The witness policy is refused{(_line > 0 ? $" at line {_line}" : string.Empty)}: {why}.");
}

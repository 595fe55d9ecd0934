using SigningAction.Evidence.Certificates;
using SigningAction.Evidence.Encoding;
using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Transparency;

/// <summary>Which witnesses must have cosigned a checkpoint, so that a log cannot show one view to a victim and another to the world (C2SP tlog-policy).</summary>
public sealed class WitnessPolicy
{
    private readonly IReadOnlyList<NoteKey> _logs;
    private readonly IReadOnlyList<(string Name, WitnessKey Key)> _witnesses;
    private readonly WitnessQuorum? _quorum;

    internal WitnessPolicy(IReadOnlyList<NoteKey> logs, IReadOnlyList<(string Name, WitnessKey Key)> witnesses, WitnessQuorum? quorum)
    {
        _logs = logs;
        _witnesses = witnesses;
        _quorum = quorum;
    }

    /// <summary>Reads a policy file: <c>log</c>, <c>witness</c>, <c>group</c> and exactly one <c>quorum</c> line, each name defined before it is used.</summary>
    /// <exception cref="EvidenceException"><see cref="FailureCode.WitnessPolicyMalformed"/>.</exception>
    public static WitnessPolicy Parse(ReadOnlySpan<byte> utf8) => new WitnessPolicyReader().Read(utf8);

    /// <summary>Requires that the quorum cosigned a checkpoint. The log's own signature is the caller's to check.</summary>
    /// <param name="checkpoint">The checkpoint with all of its signature lines. Lines of strangers count for nothing.</param>
    /// <param name="logKey">The log's key.</param>
    /// <returns>Who cosigned, each witness once.</returns>
    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.WitnessQuorum"/>; <see cref="FailureCode.CheckpointSignature"/> for a known witness's line that does not verify.
    /// </exception>
    public IReadOnlyList<Cosignature> Require(string checkpoint, VerificationKey logKey)
    {
        var note = SignedNote.Parse(checkpoint);
        var head = Checkpoint.ParseText(note.Text);
        if (_logs.Count > 0 && !_logs.Any(log => log.Key.Equals(logKey) && string.Equals(log.Name, head.Origin, StringComparison.Ordinal)))
        {
            throw new EvidenceException(FailureCode.WitnessQuorum, $"The witness policy does not list log {PrintableText.Exact(head.Origin)} with its key.");
        }

        var cosigned = new List<Cosignature>();
        foreach (var (name, key) in _witnesses)
        {
            if (key.Cosigned(note, head) is { } time)
            {
                cosigned.Add(new Cosignature(name, time));
            }
        }

        return _quorum?.IsMetBy(cosigned.Select(cosignature => cosignature.Witness).ToHashSet(StringComparer.Ordinal)) ?? true
            ? cosigned
            : throw new EvidenceException(
                FailureCode.WitnessQuorum,
                $"The checkpoint of {PrintableText.Exact(head.Origin)} is cosigned by {cosigned.Count} of the {_witnesses.Count} witnesses of the policy, "
                    + "and its quorum needs others.");
    }
}

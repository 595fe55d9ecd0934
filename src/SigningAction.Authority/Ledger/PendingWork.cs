using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Ledger;

/// <summary>A unit of work whose caller waits. Only the sequencer touches it after it was submitted.</summary>
internal abstract class PendingWork
{
    /// <summary>The logs that get a leaf each.</summary>
    public abstract IReadOnlyList<LogId> Logs { get; }

    /// <summary>The one leaf of work that needs no index to make it; null for the other kind.</summary>
    public virtual PreparedLeaf? Fixed => null;

    /// <summary>The indexes that <see cref="Leaves"/> was made for.</summary>
    public LeafSlots? Slots { get; protected set; }

    /// <summary>The leaves, in the order of <see cref="Logs"/>.</summary>
    public IReadOnlyList<PreparedLeaf> Leaves { get; protected set; } = [];

    /// <summary>Makes the leaves for these indexes.</summary>
    public abstract void Prepare(LeafSlots slots, Func<LogId, LogDefinition> definition);

    /// <summary>Answers: the leaves are durable.</summary>
    public abstract void Complete(IReadOnlyList<CommittedLeaf> leaves);

    /// <summary>Answers: this did not, or perhaps did not, happen.</summary>
    public abstract void Fail(Exception fault);
}

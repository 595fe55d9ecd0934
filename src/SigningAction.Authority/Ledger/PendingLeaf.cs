using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Ledger;

/// <summary>One leaf that was read before it was submitted, on its caller's thread.</summary>
internal sealed class PendingLeaf : PendingWork
{
    private readonly TaskCompletionSource<CommittedLeaf> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public PendingLeaf(PreparedLeaf leaf)
    {
        Fixed = leaf;
        Leaves = [leaf];
        Logs = [leaf.Log.Id];
    }

    public override IReadOnlyList<LogId> Logs { get; }

    public override PreparedLeaf Fixed { get; }

    public Task<CommittedLeaf> Answer => _answer.Task;

    public override void Prepare(LeafSlots slots, Func<LogId, LogDefinition> definition) => Slots = slots;

    public override void Complete(IReadOnlyList<CommittedLeaf> leaves) => _answer.TrySetResult(leaves[0]);

    public override void Fail(Exception fault) => _answer.TrySetException(fault);
}

using SigningAction.Authority.Storage;

namespace SigningAction.Authority.Ledger;

/// <summary>Work that makes its leaves when its indexes are known.</summary>
internal sealed class PendingDraft<T>(LedgerWork<T> work) : PendingWork
{
    private readonly TaskCompletionSource<LedgerReceipt<T>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _product;

    public override IReadOnlyList<LogId> Logs => work.Logs;

    public Task<LedgerReceipt<T>> Answer => _answer.Task;

    public override void Prepare(LeafSlots slots, Func<LogId, LogDefinition> definition)
    {
        var draft = work.Prepare(slots);
        if (draft.Leaves.Count != Logs.Count)
        {
            throw new InvalidOperationException($"The work has {Logs.Count} logs and made {draft.Leaves.Count} leaves.");
        }

        var leaves = new PreparedLeaf[Logs.Count];
        for (var i = 0; i < leaves.Length; i++)
        {
            leaves[i] = PreparedLeaf.Read(definition(Logs[i]), draft.Leaves[i]);
            if (leaves[i].Content.OwnIndex is { } own && own != slots.Indexes[i])
            {
                throw new InvalidOperationException($"A leaf of the {Logs[i]} log says that it is number {own}, and is number {slots.Indexes[i]}.");
            }
        }

        (Slots, Leaves, _product) = (slots, leaves, draft.Product);
    }

    public override void Complete(IReadOnlyList<CommittedLeaf> leaves) => _answer.TrySetResult(new LedgerReceipt<T>(_product!, leaves));

    public override void Fail(Exception fault) => _answer.TrySetException(fault);
}

namespace SigningAction.Authority.Ledger;

/// <summary>One thing that is stored and is not what its leaves make it.</summary>
/// <param name="Where">Which log and what in it, for example <c>signatures tile 0/012</c>.</param>
/// <param name="What">What differs, one sentence.</param>
public sealed record FsckFinding(string Where, string What)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Where}: {What}";
}

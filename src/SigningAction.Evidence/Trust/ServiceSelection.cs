namespace SigningAction.Evidence.Trust;

/// <summary>Services of one kind and API version that a signing config allows, one an operator, and how many of them must be used.</summary>
/// <param name="Candidates">The preferred ones first.</param>
/// <param name="Needed">How many; those behind stand in for one that is down.</param>
public sealed record ServiceSelection(IReadOnlyList<SigningService> Candidates, int Needed)
{
    /// <summary>Those to use while none is down.</summary>
    public IReadOnlyList<SigningService> Chosen => [.. Candidates.Take(Needed)];
}

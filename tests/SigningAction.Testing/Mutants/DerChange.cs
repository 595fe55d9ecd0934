namespace SigningAction.Testing.Mutants;

/// <summary>What is done to one value of DER.</summary>
public enum DerChange
{
    Removed,
    Doubled,
    SwappedWithNext,
    CutShort,
    MadeLonger,
    FlippedInFirst,
    FlippedInMiddle,
    FlippedInLast,
    OfAnotherTag,
}

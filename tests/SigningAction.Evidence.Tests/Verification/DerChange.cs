namespace SigningAction.Evidence.Tests.Verification;

/// <summary>What is done to one value of DER.</summary>
internal enum DerChange
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

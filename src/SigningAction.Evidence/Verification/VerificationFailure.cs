namespace SigningAction.Evidence.Verification;

/// <summary>Why evidence was refused. Every part is safe to show: no secret is ever in it.</summary>
/// <param name="Code">The reason, of a closed set.</param>
/// <param name="Fault">What is wrong with the input, one plain sentence.</param>
public sealed record VerificationFailure(FailureCode Code, string Fault)
{
    /// <summary>What the caller can do, one plain sentence.</summary>
    public string Remedy => FailureCodes.Remedy(Code);

    /// <inheritdoc/>
    public override string ToString() => $"{FailureCodes.Text(Code)}: {Fault} {Remedy}";
}

namespace SigningAction.Evidence.Verification;

/// <summary>Bad evidence: the one exception that Evidence throws about its input. Anything else that escapes is a fault of ours.</summary>
public sealed class EvidenceException : Exception
{
    /// <summary>Refuses for <paramref name="failure"/>.</summary>
    public EvidenceException(VerificationFailure failure)
        : base(failure.ToString()) => Failure = failure;

    /// <summary>Refuses with <paramref name="code"/> because of <paramref name="fault"/>, one plain sentence.</summary>
    public EvidenceException(FailureCode code, string fault)
        : this(new VerificationFailure(code, fault))
    {
    }

    /// <summary>Refuses with <paramref name="code"/>, keeping what the platform said.</summary>
    public EvidenceException(FailureCode code, string fault, Exception inner)
        : base(new VerificationFailure(code, fault).ToString(), inner) => Failure = new VerificationFailure(code, fault);

    /// <summary>The reason.</summary>
    public VerificationFailure Failure { get; }

    /// <summary>The reason's code.</summary>
    public FailureCode Code => Failure.Code;
}

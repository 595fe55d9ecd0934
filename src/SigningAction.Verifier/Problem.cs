using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier;

/// <summary>Why an artifact is not verified, in the words that are shown.</summary>
/// <param name="Exit">Never <see cref="ExitCode.Verified"/>.</param>
/// <param name="Code">Text of a <see cref="FailureCode"/>, <see cref="UsageCode"/> or <see cref="NotCheckedCode"/>.</param>
/// <param name="Fault">What is wrong, one plain sentence, safe to show.</param>
/// <param name="Remedy">What to do about it, one plain sentence.</param>
public sealed record Problem(ExitCode Exit, string Code, string Fault, string Remedy)
{
    /// <summary>Code of a command line that asks for nothing that could be checked.</summary>
    public const string UsageCode = "USAGE";

    /// <summary>Code of everything that kept the program from looking at the evidence.</summary>
    public const string NotCheckedCode = "NOT_CHECKED";

    /// <summary>The problem of bad evidence. A broken trusted root, or none that is fresh, says nothing about the artifact.</summary>
    public static Problem Of(VerificationFailure failure) => new(
        failure.Code switch
        {
            FailureCode.NoPolicy => ExitCode.Usage,
            FailureCode.TrustedRootMalformed or FailureCode.WitnessPolicyMalformed => ExitCode.NotChecked,
            FailureCode.TufMalformed or FailureCode.TufSignature or FailureCode.TufRollback
                or FailureCode.TufExpired or FailureCode.TufMismatch or FailureCode.TufMissing => ExitCode.NotChecked,
            _ => ExitCode.Refused,
        },
        FailureCodes.Text(failure.Code),
        failure.Fault,
        failure.Remedy);
}

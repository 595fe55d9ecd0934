using SigningAction.Evidence.Verification;

namespace SigningAction.Verifier.Output;

/// <summary>
/// Tells the verdict. Text of other people reaches a report as it was signed; making it fit for where it goes is the report's own work.
/// </summary>
internal interface IReport
{
    /// <summary>Everything was proven.</summary>
    void Verified(string target, VerifiedBundle proof);

    /// <summary>Something was not, and why.</summary>
    void NotVerified(string target, Problem problem);
}

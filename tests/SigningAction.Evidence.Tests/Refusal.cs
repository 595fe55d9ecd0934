using SigningAction.Evidence.Verification;

namespace SigningAction.Evidence.Tests;

/// <summary>A refusal counts only with its reason; any other exception fails the test by itself.</summary>
internal static class Refusal
{
    public static void Is(FailureCode code, Action act) => Assert.Equal(code, Assert.Throws<EvidenceException>(act).Code);
}

using SigningAction.Verifier.Trust;

namespace SigningAction.Verifier.Output;

/// <summary>How <c>trust</c> answers.</summary>
internal interface ITrustReport
{
    /// <summary>Whom is trusted.</summary>
    void Show(TrustedRoots roots);

    /// <summary>Why that is not known.</summary>
    void Failed(Problem problem);
}

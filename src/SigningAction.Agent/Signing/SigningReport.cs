namespace SigningAction.Agent.Signing;

/// <summary>What a run signed. All of it was verified.</summary>
/// <param name="Identity">Subject alternative name of the certificate: who signed.</param>
/// <param name="Bundles">The bundles, in the order of the subjects.</param>
public sealed record SigningReport(string Identity, IReadOnlyList<SignedBundle> Bundles);

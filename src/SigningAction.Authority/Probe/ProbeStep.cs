namespace SigningAction.Authority.Probe;

/// <summary>One step of a probe.</summary>
/// <param name="Name">What was done, for example <c>exchange</c>.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">One sentence.</param>
/// <param name="Milliseconds">How long it took.</param>
public sealed record ProbeStep(string Name, ProbeOutcome Outcome, string Detail, long Milliseconds);

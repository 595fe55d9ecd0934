using SigningAction.Agent.Subjects;

namespace SigningAction.Agent.Signing;

/// <summary>One bundle on disk.</summary>
/// <param name="Paths">Where it was written; the same bytes at each.</param>
/// <param name="Subjects">What it vouches for.</param>
/// <param name="LogIndex">Index of its entry in the transparency log.</param>
public sealed record SignedBundle(IReadOnlyList<string> Paths, IReadOnlyList<SubjectFile> Subjects, long LogIndex);

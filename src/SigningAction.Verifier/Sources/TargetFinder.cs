namespace SigningAction.Verifier.Sources;

/// <summary>From what was typed to the targets, in the order in which they are told.</summary>
internal static class TargetFinder
{
    /// <summary>The targets' names; a digest that is none ends the run before anything is read.</summary>
    /// <exception cref="ProblemException">A usage error.</exception>
    public static IReadOnlyList<string> Find(IReadOnlyList<string> asked)
    {
        foreach (var name in asked.Where(TargetArtifact.IsDigest))
        {
            _ = TargetArtifact.ParseDigest(name);
        }

        return asked;
    }
}

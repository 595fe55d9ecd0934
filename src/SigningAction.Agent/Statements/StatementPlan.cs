using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Agent.Statements;

/// <summary>Subjects over statements: a statement has at most 1,024 (every verifier's limit), so more of them make more statements, in the same order.</summary>
public static class StatementPlan
{
    /// <summary>The subjects of each statement; the same name with the same digest is one subject.</summary>
    public static IReadOnlyList<IReadOnlyList<SigningSubject>> Split(IReadOnlyList<SigningSubject> subjects) =>
        [.. subjects.DistinctBy(s => (s.Name, s.Digest)).Chunk(Limits.Subjects)];

    /// <summary>One statement as JSON.</summary>
    /// <exception cref="AgentException"><see cref="AgentFault.Usage"/>: predicate and subjects together are more than a verifier reads.</exception>
    public static byte[] Write(IReadOnlyList<SigningSubject> subjects, AttestationPredicate predicate)
    {
        var json = new Statement([.. subjects.Select(s => s.Digest.ToSubject(s.Name))], predicate.Type, predicate.Json).ToJson();
        return json.Length <= Limits.PayloadBytes
            ? json
            : throw new AgentException(
                AgentFault.Usage,
                $"The predicate and {subjects.Count} subjects make a statement of {json.Length} bytes, {Limits.PayloadBytes} is the most that a verifier reads. "
                    + "Attest fewer subjects at once, or a smaller predicate.");
    }
}

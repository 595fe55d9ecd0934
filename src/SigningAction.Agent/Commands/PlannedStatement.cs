using SigningAction.Agent.Signing;
using SigningAction.Agent.Statements;
using SigningAction.Agent.Subjects;
using SigningAction.Evidence.Bundles;

namespace SigningAction.Agent.Commands;

/// <summary>A statement that is going to be signed.</summary>
/// <param name="Subjects">Its subjects, as many as one statement may have.</param>
/// <param name="Predicate">What it says; null for provenance, which is known only when the certificate is there.</param>
internal sealed record PlannedStatement(IReadOnlyList<SigningSubject> Subjects, AttestationPredicate? Predicate)
{
    /// <summary>A whole statement of the caller's own; empty where it is still to be written.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private init; }

    /// <summary>What the finished bundle is verified for.</summary>
    public Artifact Artifact => Subjects[0].Digest.ToArtifact();

    /// <summary>A statement that is signed byte for byte.</summary>
    public static PlannedStatement Of(StatementFile file) =>
        new([new SigningSubject(Path.GetFileName(file.Path), SubjectDigest.Of(file.Subject))], null) { Bytes = file.Bytes };

    /// <summary>What a dry run tells of it.</summary>
    public SignedBundle Planned(IReadOnlyList<string> places) => new(places, Subjects, null) { PredicateType = Predicate?.Type };
}

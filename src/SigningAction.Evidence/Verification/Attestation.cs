using SigningAction.Evidence.Bundles;
using SigningAction.Evidence.Encoding;

namespace SigningAction.Evidence.Verification;

/// <summary>The payload of a verified envelope: read only after its signature, from the very bytes that were signed.</summary>
internal static class Attestation
{
    /// <summary>The statement and the subject that is the artifact; nulls for a plain signature.</summary>
    /// <exception cref="EvidenceException">
    /// <see cref="FailureCode.PayloadType"/>, <see cref="FailureCode.StatementMalformed"/>, <see cref="FailureCode.SubjectMismatch"/>,
    /// <see cref="FailureCode.ArtifactNeeded"/> or <see cref="FailureCode.PredicateType"/>.
    /// </exception>
    public static (Statement? Statement, Subject? Subject) Read(DsseEnvelope? envelope, Artifact artifact, string? predicateType)
    {
        if (envelope is null)
        {
            return predicateType is null
                ? default
                : throw new EvidenceException(FailureCode.PredicateType, "The bundle is a plain signature; it has no predicate at all.");
        }

        if (envelope.PayloadType != DsseEnvelope.InTotoPayloadType)
        {
            throw new EvidenceException(FailureCode.PayloadType, $"The payload type is {PrintableText.Exact(envelope.PayloadType)}, not {DsseEnvelope.InTotoPayloadType}.");
        }

        var statement = Statement.Parse(envelope.Payload);
        var subject = statement.Subjects.FirstOrDefault(candidate => candidate.Matches(artifact))
            ?? throw (statement.Subjects.Any(candidate => candidate.NeedsMoreOf(artifact))
                ? new EvidenceException(FailureCode.ArtifactNeeded, "The attestation has other digests than SHA-256, and only that of the artifact is known.")
                : new EvidenceException(FailureCode.SubjectMismatch, statement.Subjects.Count == 1
                    ? "The one subject of the attestation has another digest than the artifact."
                    : $"None of the {statement.Subjects.Count} subjects of the attestation has the artifact's digest."));
        return predicateType is null || string.Equals(predicateType, statement.PredicateType, StringComparison.Ordinal)
            ? (statement, subject)
            : throw new EvidenceException(
                FailureCode.PredicateType, $"The predicate type is {PrintableText.Exact(statement.PredicateType)}; asked for is {PrintableText.Exact(predicateType)}.");
    }
}
